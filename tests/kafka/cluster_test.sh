#!/bin/bash
# tools/broker with three nodes: each can be killed, stopped, frozen and brought back, and the cluster comes together again.
set -u
. "$(dirname "$0")/lib.sh"
cluster=$folder/three
timed "three nodes up" start_brokers three --nodes 3 --quick
case $addresses in
    *:*,*:*,*:*) ;;
    *) complain "three addresses expected: $addresses" ;;
esac
"$broker" tool kafka-topics --bootstrap-server "$addresses" --create --topic kept --partitions 3 --replication-factor 3 \
    >/dev/null || complain "no topic could be made"

for n in 1 2 3; do
    old=$("$broker" pid "$cluster" $n)
    timed "node $n killed" "$broker" kill "$cluster" $n
    grep -qs . "/proc/$old/cmdline" && complain "node $n survived"
    "$broker" alive "$cluster" $n && complain "node $n is dead and called alive"
    missing=
    for _ in $(seq 50); do # until the controller has missed it
        DIBS_BROKER_TRIES=1 "$broker" synced "$cluster" 2>/dev/null || { missing=yes; break; }
    done
    [ -n "$missing" ] || complain "synced doesn't see that node $n is missing"
    timed "node $n started" "$broker" start "$cluster" $n
    timed "replicas in sync" "$broker" synced "$cluster"
done

expect 2 'node 1 is running' "$broker" start "$cluster" 1
"$broker" freeze "$cluster" 2
"$broker" alive "$cluster" 2 && complain "node 2 answers although it is frozen"
"$broker" alive "$cluster" 1 || complain "node 1 does not answer while node 2 is frozen"
"$broker" thaw "$cluster" 2
timed "node 2 back after a freeze" "$broker" synced "$cluster"
"$broker" alive "$cluster" || complain "not all nodes answer after a freeze"
timed "node 3 stopped" "$broker" stop "$cluster" 3
grep -q 'shut down completed' "$cluster/n3/log" || "$broker" alive "$cluster" 3 && complain "node 3 was not stopped in good order"
timed "node 3 started" "$broker" start "$cluster" 3
timed "all down" "$broker" down "$cluster"
"$broker" alive "$cluster" && complain "down left nodes alive"
exit $failed
