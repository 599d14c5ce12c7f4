#!/bin/bash
# The fleet's figures beside bare Kafka's, by turns on one broker. usage: bench/fleet.sh FOLDER-OF-PROGRAMS [ROUNDS]
set -u
bin=$1 rounds=${2:-2000}
. "$(dirname "$0")/../tests/kafka/fleet_lib.sh"

start_brokers one
store=kafka://$addresses/bench
start_dibsd coordinator --create-topics --partitions 8
export DIBS_OPERATOR_KEY_FILE=$operator_key
for _ in 1 2; do
    "$bin/kafka_echo" "$addresses" all "$rounds" || failed=1
    "$bin/fleet_claim" "$store" "$rounds" || failed=1
done
exit $failed
