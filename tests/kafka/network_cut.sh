#!/bin/bash
# Three brokers in networks of their own, replication 3, min.insync.replicas 2: under load the link of the intents' leader
# (or with "other" as the last argument that of a broker that leads nothing of the intents) is taken down for a while, then comes up
# again. Nothing is lost, nothing is granted twice. Needs root.
# usage: network_cut.sh BIN_FOLDER [SECONDS of the cut [CLIENTS [leader|other]]]
set -u
. "$(dirname "$0")/lib.sh"
in_own_network "$0" "$@"
. "$(dirname "$0")/fleet_lib.sh"
bin=$(cd "$1" && pwd) cut=${2:-30} clients=${3:-50} which=${4:-leader}
start_fleet --nodes 3 --apart
start_load --clients "$clients"
leader=$("$broker" tool kafka-topics --bootstrap-server "$addresses" --describe --topic "fleet-$$.intents" |
    sed -n 's/.*Leader: \([0-9]*\).*/\1/p')
node=$leader
[ "$which" = leader ] || node=$((leader % 3 + 1))
sleep 3
say_now "the link of node $node is cut; the leader is node $leader"
"$broker" cut "$folder/brokers" "$node" || exit 1
sleep "$cut"
"$broker" alive "$folder/brokers" "$node" && complain "node $node answers although its link is cut"
"$broker" mend "$folder/brokers" "$node"
"$broker" synced "$folder/brokers" || complain "replicas are missing after the cut"
say_now "the link is mended after $cut s, replicas in sync"
sleep 5
end_load
exit $failed
