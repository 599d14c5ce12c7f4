#!/bin/bash
# Snapshots and pruning by themselves, by records and by time: they come while agents work; nothing is deleted but below a
# snapshot that a second replay verified; a restart, and a new replica from a snapshot, go on from there.
# usage: snapshots.sh BIN_FOLDER
set -u
. "$(dirname "$0")/fleet_lib.sh"
bin=$(cd "$1" && pwd)
start_brokers brokers
store=kafka://$addresses/fleet-$$
export DIBS_STORE=$store

until_said() # NAME PATTERN [TENTHS]: in its trace
{
    for _ in $(seq "${3:-300}"); do
        grep -q "$2" "$folder/$1.log" && return 0
        sleep 0.1
    done
    complain "$1 did not say '$2': $(tail -n 3 "$folder/$1.log")"
}

first_kept()
{
    "$broker" tool kafka-get-offsets --bootstrap-server "$addresses" --topic "fleet-$$.intents" --time earliest | sed 's/.*://'
}

offset_of() # snapshot's path
{
    local name=${1##*/}
    echo $((10#${name%%-*}))
}

start_dibsd one --create-topics --snapshot-records 1000 --snapshots 2 --prune yes --prune-keep 0s
start_dibsd two --rank 1 --snapshot-every 60s --snapshot-records 1000000
began=$SECONDS
"$bin/dibs" configure claims_per_minute=1000000 --operator-key "$operator_key" >/dev/null || complain configure
"$bin/dibs" claim task:first --session alice --ttl 1h >/dev/null || complain 'claim of the first'
start_load --clients 10 --keys 8 --hold 5 --no-compare
until_said one 'event=pruned.*until=[1-9]'
[ "$(grep -c 'event=snapshot' "$folder/one.log")" -ge 1 ] || complain 'pruned without a snapshot'
until_said two 'event=snapshot' 700
[ $((SECONDS - began)) -ge 55 ] || complain "the second made a snapshot after $((SECONDS - began)) s, not 60"
kill -KILL "${dibsd_pid[one]}" # amid it all
wait "${dibsd_pid[one]}" 2>/dev/null
start_dibsd one --snapshot-records 1000 --snapshots 2 --prune yes --prune-keep 0s
until_said one 'event=pruned.*until=[1-9]'
kill -TERM $load
wait $load || complain "the load: $(cat "$folder/sums" "$folder/load.log")"
cat "$folder/sums"
[ "$(ls -d "$folder/one/snapshots"/* | wc -l)" -le 3 ] || complain "more than 2 snapshots and the verified one are kept"

# Every deletion was below a snapshot with a mark; the newest of those is still there.
for _ in $(seq 100); do # the last pruning ends
    ls "$folder"/one/snapshots/*/verified >/dev/null 2>&1 && break
    sleep 0.1
done
verified=$(ls -d "$folder"/one/snapshots/*/verified | tail -n 1)
verified=${verified%/verified}
kept=$(first_kept)
[ "$kept" -gt 0 ] || complain 'nothing is deleted'
[ "$kept" -le "$(offset_of "$verified")" ] || complain "record $kept is the first, and the verified snapshot ends at $(offset_of "$verified")"
echo "records below $kept are deleted; the verified snapshot has all below $(offset_of "$verified")"

# A new replica: not from nothing, but from the snapshot.
timeout 60 "$bin/dibsd" --store "$store" --state "$folder/none" --operator-key "$operator_key" --http off >"$folder/said" 2>&1
[ $? -eq 8 ] && grep -q 'pruned past this state' "$folder/said" || complain "from nothing: $(tail -n 1 "$folder/said")"
expect 0 restored "$bin/dibsd" restore "$verified" --store "$store" --state "$folder/fresh"
start_dibsd fresh --rank 2
expect 1 'held by "alice"' "$bin/dibs" claim task:first --session bob
expect 0 granted "$bin/dibs" claim task:last --session bob

# All three have one digest at one offset.
state_of() # NAME
{
    http "$1" /metrics | sed -n 's/^dibs_offset //p; s/^dibs_state_info{digest="\([0-9a-f]*\)".*/\1/p' | tr '\n' ' '
}
for _ in $(seq 50); do
    one=$(state_of one) two=$(state_of two) fresh=$(state_of fresh)
    [ "$one" = "$two" ] && [ "$one" = "$fresh" ] && break
    sleep 0.1
done
[ "$one" = "$two" ] && [ "$one" = "$fresh" ] || complain "they differ: $one; $two; $fresh"
for name in one two fresh; do
    stop_dibsd $name 0
done
exit $failed
