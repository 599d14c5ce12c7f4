#!/bin/bash
# Three brokers, replication 3, min.insync.replicas 2: under the load of many agents each is killed in turn and comes
# back. Nothing is lost, nothing is granted twice, and the longest silence is named.
# usage: brokers_killed.sh BIN_FOLDER [ROUNDS [CLIENTS [SECONDS of load before and after each kill]]]
set -u
. "$(dirname "$0")/fleet_lib.sh"
bin=$(cd "$1" && pwd) rounds=${2:-1} clients=${3:-50} seconds=${4:-3}
start_fleet --nodes 3
start_load --clients "$clients"
for round in $(seq "$rounds"); do
    for node in 1 2 3; do
        sleep "$seconds"
        say_now "round $round: node $node is killed"
        "$broker" kill "$folder/brokers" $node
        sleep "$seconds"
        "$broker" start "$folder/brokers" $node || complain "node $node did not come back"
        "$broker" synced "$folder/brokers" || complain "replicas are missing after node $node came back"
        say_now "round $round: node $node is back, replicas in sync"
    done
done
sleep "$seconds"
end_load
exit $failed
