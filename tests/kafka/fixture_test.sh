#!/bin/bash
# The fixture leaves nothing behind: a broker ends when the run that it was started for is killed, and with_broker.sh
# takes down what it started, whatever the command's end, which is its own.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
here=$root/tests/kafka
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
failed=0

complain()
{
    echo "$*"
    failed=1
}

# gone PID: waits until the process is no more
gone()
{
    timeout 20 tail --pid="$1" -f /dev/null || complain "process $1 lives on"
}

# A run that is killed: a shell stands for ctest.
bash -c "bash '$here/fixture.sh' up '$folder/f' >/dev/null 2>'$folder/said' || exit; echo up >'$folder/ready'; exec sleep 300" &
run=$!
for _ in $(seq 600); do
    [ -s "$folder/ready" ] || ! kill -0 $run 2>/dev/null && break
    sleep 0.1
done
broker=$("$root/tools/broker" pid "$folder/f/$run" 1)
if [ -n "$broker" ] && kill -0 "$broker"; then
    kill -KILL "$run"
    wait "$run" 2>/dev/null
    gone "$broker"
else
    complain "the fixture started no broker: $(cat "$folder/said")"
    kill "$run"
fi

unset DIBS_TEST_BROKERS
bash "$here/with_broker.sh" "$folder/none" bash -c 'bash "$0/answers.sh" && echo "$DIBS_TEST_BROKERS" && exit 7' "$here" \
    >"$folder/out" 2>"$folder/said"
ended=$?
[ $ended -eq 7 ] || complain "with_broker.sh: exit $ended instead of 7: $(cat "$folder/out" "$folder/said")"
DIBS_TEST_BROKERS=$(cat "$folder/out") bash "$here/answers.sh" >/dev/null 2>&1 &&
    complain "with_broker.sh left its broker running"
exit $failed
