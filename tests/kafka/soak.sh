#!/bin/bash
# Many agents for a long while, with brokers that are restarted: memory and open files of the coordinators and of the agents
# stay flat. Anonymous memory is looked at; the state's map belongs to the page cache. Of the agents also what malloc has
# given out, which a heap that is merely cut up does not raise. Agents run without malloc's caches of each thread: 50 clients
# have some hundreds of threads of librdkafka's, whose caches fill for an hour and would hide what is lost meanwhile.
# usage: soak.sh BIN_FOLDER [--minutes M] [--clients N] [--hold MS] | soak.sh --judge SAMPLES
set -u
EVERY=10 # seconds from sample to sample
RESTARTS=10

# judge FILE: of samples: seconds, then kB and files of coordinator, replica and agents, then kB that malloc has given out.
# Over the second half a line is laid through each column by least squares. What its rise says grows by more than 1 MB and
# 5 % an hour, or by more than 5 files and 5 % (connections that come and go), isn't flat.
judge()
{
    awk '
    { rows++; for (i = 1; i <= NF; i++) value[rows, i] = $i; columns = NF }
    END {
        split("- coordinator_kB coordinator_files replica_kB replica_files agents_kB agents_files agents_malloc_kB", name, " ")
        from = int(rows / 2) + 1
        n = rows - from + 1
        if (n < 5 || columns != 8) { print "too few samples to judge"; exit 1 }
        for (i = 2; i <= columns; i++) {
            x = y = xx = xy = 0
            for (r = from; r <= rows; r++) {
                x += value[r, 1]; y += value[r, i]; xx += value[r, 1] ^ 2; xy += value[r, 1] * value[r, i]
            }
            took = value[rows, 1] - value[from, 1]
            rise = (n * xy - x * y) / (n * xx - x * x) * took
            most = name[i] ~ /files/ ? 5 + y / n * 0.05 : 1024 + y / n * 0.05 * took / 3600
            flat = rise <= most
            printf "%s: %d at the start, %d in the middle, %d at the end; over the last %d s %+.0f (at most %+.0f): %s\n", name[i],
                value[1, i], value[from, i], value[rows, i], took, rise, most, flat ? "flat" : "GROWS"
            bad = bad || !flat
        }
        exit bad
    }' "$1"
}

[ "${1:-}" != --judge ] || { judge "$2"; exit; }
. "$(dirname "$0")/fleet_lib.sh"
bin=$(cd "$1" && pwd) minutes=30 clients=50 hold=200
shift
while [ $# -ge 2 ]; do
    case $1 in
        --minutes) minutes=$2 ;;
        --clients) clients=$2 ;;
        --hold) hold=$2 ;;
        *) break ;;
    esac
    shift 2
done
[ $# -eq 0 ] || { echo "usage: soak.sh BIN_FOLDER [--minutes M] [--clients N] [--hold MS]"; exit 2; }

sample()
{
    local pid line=$SECONDS
    for pid in "${dibsd_pid[coordinator]}" "${dibsd_pid[replica]}" $load; do
        line="$line $(sed -n 's/^RssAnon:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$pid/status") $(ls "/proc/$pid/fd" | wc -l)"
    done
    echo "$line $(tail -n 1 "$folder/memory" | cut -d ' ' -f 1)" | tee -a "$folder/samples"
}

restart() # node
{
    "$broker" kill "$folder/brokers" "$1" && "$broker" start "$folder/brokers" "$1" && "$broker" synced "$folder/brokers" ||
        complain "node $1 did not come back"
}

start_fleet --nodes 3
export GLIBC_TUNABLES=glibc.malloc.tcache_count=0
start_load --clients "$clients" --hold "$hold" --memory "$folder/memory" --no-compare
echo "seconds  coordinator kB files  replica kB files  agents kB files malloc kB"
SECONDS=0
node=1
next_restart=$((minutes * 60 / RESTARTS / 2))
for at in $(seq 0 $EVERY $((minutes * 60))); do
    while [ $SECONDS -lt "$at" ]; do
        sleep 1
    done
    [ $SECONDS -lt $((at + EVERY)) ] || continue # a restart took longer
    sample
    if [ "$at" -ge $next_restart ]; then
        restart $node
        node=$((node % 3 + 1))
        next_restart=$((next_restart + minutes * 60 / RESTARTS))
    fi
done
end_load
judge "$folder/samples" || complain "something grows"
exit $failed
