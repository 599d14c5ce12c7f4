#!/bin/bash
# Many agents for a long while, with brokers that are restarted: memory and open files of the coordinators and of the agents
# stay flat. Anonymous memory is looked at; the state's map belongs to the page cache.
# usage: soak.sh BIN_FOLDER [--minutes M] [--clients N] [--hold MS]
set -u
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

# sample: seconds, then kB of anonymous memory and number of open files of coordinator, replica and load
sample()
{
    local pid line=$SECONDS
    for pid in "${dibsd_pid[coordinator]}" "${dibsd_pid[replica]}" $load; do
        line="$line $(sed -n 's/^RssAnon:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$pid/status") $(ls "/proc/$pid/fd" | wc -l)"
    done
    echo "$line" | tee -a "$folder/samples"
}

start_fleet --nodes 3
start_load --clients "$clients" --hold "$hold" --no-compare
echo "seconds  coordinator kB files  replica kB files  agents kB files"
SECONDS=0
node=1
every=$((minutes * 60 / 10)) # ten restarts
for step in $(seq 30); do
    sample
    if [ $((step % 3)) -eq 1 ]; then
        "$broker" kill "$folder/brokers" $node && "$broker" start "$folder/brokers" $node && "$broker" synced "$folder/brokers" ||
            complain "node $node did not come back"
        node=$((node % 3 + 1))
    fi
    while [ $SECONDS -lt $((step * every / 3)) ]; do
        sleep 1
    done
done
sample
end_load

# The last third against the second: what has grown by more than a tenth and 4 MB, or by more than 5 files, isn't flat.
awk '
    { rows++; for (i = 2; i <= NF; i++) value[rows, i] = $i; columns = NF }
    END {
        split("- coordinator_kB coordinator_files replica_kB replica_files agents_kB agents_files", name, " ")
        third = int(rows / 3)
        for (i = 2; i <= columns; i++) {
            before = after = 0
            for (r = third + 1; r <= 2 * third; r++) if (value[r, i] > before) before = value[r, i]
            for (r = 2 * third + 1; r <= rows; r++) if (value[r, i] > after) after = value[r, i]
            most = i % 2 ? before + 5 : before * 1.1 + 4096
            flat = after <= most
            printf "%s: at most %d in the second third, %d in the last: %s\n", name[i], before, after, flat ? "flat" : "GROWS"
            bad = bad || !flat
        }
        exit bad
    }' "$folder/samples" || complain "something grows"
exit $failed
