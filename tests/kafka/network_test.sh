#!/bin/bash
# tools/broker --apart: a node's link can be cut and mended, while the others go on.
set -u
. "$(dirname "$0")/lib.sh"
in_own_network "$0"
cluster=$folder/apart
timed "three nodes up, apart" start_brokers apart --nodes 3 --quick --apart
"$broker" tool kafka-topics --bootstrap-server "$addresses" --create --topic kept --partitions 3 --replication-factor 3 \
    >/dev/null || complain "no topic could be made"
for n in 1 2 3; do
    "$broker" cut "$cluster" $n
    "$broker" alive "$cluster" $n && complain "node $n answers although its link is cut"
    kill -0 "$("$broker" pid "$cluster" $n)" || complain "node $n died of a cut"
    "$broker" alive "$cluster" $((n % 3 + 1)) || complain "node $((n % 3 + 1)) does not answer while node $n is cut off"
    "$broker" mend "$cluster" $n
    timed "replicas in sync after node $n was mended" "$broker" synced "$cluster"
done
"$broker" alive "$cluster" || complain "not all nodes answer"
"$broker" down "$cluster"
ip link show dibs-hub >/dev/null 2>&1 && complain "down left the bridge"
exit $failed
