#!/bin/bash
# The load's own test, on a directory: nothing is wrong without faults; and when an operator breaks claims under their
# holders, so that keys are granted twice, it sees that.
# usage: load_test.sh BIN_FOLDER
set -u
. "$(dirname "$0")/lib.sh"
dibs=$1/dibs load=$1/load
export XDG_CONFIG_HOME=$folder/config DIBS_STORE=$folder/store
unset DIBS_SESSION DIBS_SECRET DIBS_SECRET_FILE DIBS_TOKEN DIBS_KEYS
"$dibs" init >/dev/null 2>&1 && "$dibs" configure claims_per_minute=1000000 >/dev/null || exit 1

said=$("$load" "$folder/store" --clients 20 --keys 8 --seconds 2 2>&1) || complain "without faults: $said"
echo "$said"
"$load" "$folder/store" --clients 20 --keys 2 --seconds 5 --hold 200 >"$folder/said" 2>&1 &
running=$!
for _ in $(seq 200); do
    "$dibs" revoke task:load/0 --reason 'to see it noticed' >/dev/null 2>&1
    grep -q VIOLATION "$folder/said" && break
done
kill $running
wait $running
[ $? -eq 1 ] && grep -q 'VIOLATION: key 0' "$folder/said" || complain "broken claims were not noticed: $(cat "$folder/said")"
exit $failed
