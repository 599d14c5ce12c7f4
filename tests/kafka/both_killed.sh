#!/bin/bash
# dibsd and a broker are killed (-9) at the same moment, under load, again and again, on three brokers: each agent gets one
# answer, no key has two holders, what was published is what the log makes, and so is the state that is left.
# usage: both_killed.sh BIN_FOLDER [KILLS [CLIENTS]]
set -u
. "$(dirname "$0")/fleet_lib.sh"
bin=$(cd "$1" && pwd) kills=${2:-4} clients=${3:-20}
start_fleet --nodes 3
start_load --clients "$clients"
RANDOM=${DIBS_TEST_SEED:-$$}
for kill in $(seq "$kills"); do
    sleep "0.$(printf '%03d' $((RANDOM % 900)))"
    node=$((RANDOM % 3 + 1)) name=coordinator
    [ $((kill % 3)) -ne 0 ] || name=replica
    "$broker" kill "$folder/brokers" $node &
    killer=$!
    kill -KILL "${dibsd_pid[$name]}" || complain "kill $kill: the $name had ended: $(tail -n 3 "$folder/$name.log")"
    wait $killer "${dibsd_pid[$name]}" 2>/dev/null
    "$broker" start "$folder/brokers" $node || complain "node $node did not come back"
    if [ $name = replica ]; then start_dibsd replica --rank 1; else start_dibsd coordinator; fi
    "$broker" synced "$folder/brokers" || complain "replicas are missing after kill $kill"
done
say_now "$kills times both"
end_load
stop_dibsd coordinator 0
stop_dibsd replica 0
same_as_replay coordinator
same_as_replay replica
exit $failed
