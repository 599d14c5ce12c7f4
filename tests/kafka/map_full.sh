#!/bin/bash
# The state's map is full: dibsd ends with 4 and says what to raise; with a larger one it goes on, and answers what was left
# open. Nothing is answered twice otherwise, and the state is a replay's.
# usage: map_full.sh BIN_FOLDER
set -u
. "$(dirname "$0")/fleet_lib.sh"
bin=$(cd "$1" && pwd)
start_brokers brokers
store=kafka://$addresses/fleet-$$
export DIBS_STORE=$store DIBS_PATIENCE=10s
start_dibsd one --create-topics --map 16M
"$bin/dibs" configure claims_per_session=256 claims_per_minute=1000000 --operator-key "$operator_key" >/dev/null || complain configure
long=$(head -c 300 /dev/zero | tr '\0' x)
for i in $(seq 2000); do # each with 32 long keys
    lives one || break
    keys=()
    for k in $(seq 32); do keys+=("task:$long/$i/$k"); done
    "$bin/dibs" claim "${keys[@]}" --session "s$((i / 5))" >"$folder/said" 2>&1
    ended=$?
    [ $ended -eq 0 ] || [ $ended -eq 3 ] || { complain "claim $i: exit $ended: $(head -c 300 "$folder/said")"; break; }
done
lives one && complain 'the map is full, and it goes on'
wait "${dibsd_pid[one]}"
ended=$?
[ $ended -eq 4 ] && grep 'event=ended' "$folder/one.log" | grep -q -- 'its map is full.*--map' || complain "a full map: exit $ended, $(tail -n 1 "$folder/one.log")"
grep 'event=ended' "$folder/one.log"
ticket=$(sed -n 's/.*dibs wait \(t1-[^ ]*\).*/\1/p' "$folder/said" | head -n 1)
echo "full after $i claims"
timeout 60 "$bin/dibsd" --store "$store" --state "$folder/one" --operator-key "$operator_key" --http off --map 16M >"$folder/again" 2>&1
ended=$?
[ $ended -eq 4 ] || complain "the same map again: exit $ended: $(tail -n 1 "$folder/again")"
start_dibsd one --map 64M
[ -z "$ticket" ] || expect 0 granted "$bin/dibs" wait "$ticket" --timeout 30s
expect 0 granted "$bin/dibs" claim task:roomy --session alice
stop_dibsd one 0
same_as_replay one
expect 0 equal "$bin/dibs" replay --verify --operator-key "$operator_key"
exit $failed
