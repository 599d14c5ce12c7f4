#!/bin/bash
# The fleet's figures beside bare Kafka's, by turns on one broker. usage: bench/fleet.sh FOLDER-OF-PROGRAMS [ROUNDS [round|cold|pipe|memory]]
set -u
bin=$1 rounds=${2:-2000} row=${3:-}
. "$(dirname "$0")/../tests/kafka/fleet_lib.sh"

start_brokers one
store=kafka://$addresses/bench
start_dibsd coordinator --create-topics --partitions 8
export DIBS_OPERATOR_KEY_FILE=$operator_key
"$bin/fleet" "$bin" "$addresses" bench "${dibsd_pid[coordinator]}" "$rounds" ${row:+"$row"} || failed=1
exit $failed
