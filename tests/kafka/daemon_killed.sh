#!/bin/bash
# dibsd is killed (-9) at random moments under the load of many agents, again and again, alone or with a replica beside it.
# Every agent gets one answer, no key has two holders, all that was ever published is what the log makes, and the state
# that is left is that of a replay from record 0.
# usage: daemon_killed.sh BIN_FOLDER [KILLS [CLIENTS [REPLICAS]]]
set -u
. "$(dirname "$0")/fleet_lib.sh"
bin=$(cd "$1" && pwd) kills=${2:-8} clients=${3:-20} replicas=${4:-0}
start_brokers brokers
store=kafka://$addresses/fleet-$$
start_dibsd coordinator --create-topics
[ "$replicas" = 0 ] || start_dibsd replica --rank 1
"$bin/dibs" configure claims_per_minute=1000000 --store "$store" --operator-key "$operator_key" >/dev/null || exit 1
start_load --clients "$clients"
RANDOM=${DIBS_TEST_SEED:-$$}
for kill in $(seq "$kills"); do
    sleep "0.$(printf '%03d' $((RANDOM % 700)))"
    kill -KILL "${dibsd_pid[coordinator]}" 2>/dev/null || complain "kill $kill: it had ended: $(tail -n 3 "$folder/coordinator.log")"
    wait "${dibsd_pid[coordinator]}" 2>/dev/null
    start_dibsd coordinator
done
say_now "$kills kills"
[ "$replicas" != 0 ] || start_dibsd replica --rank 1
end_load
stop_dibsd coordinator 0
stop_dibsd replica 0
same_as_replay coordinator
same_as_replay replica
exit $failed
