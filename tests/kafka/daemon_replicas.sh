#!/bin/bash
# A replica beside the active coordinator: killing or freezing the active one costs a waiting claim two seconds at most, and
# all that both publish is the same. A replica whose rule is altered stops at the first checkpoint that differs, and names the
# offset; the others go on.
# usage: daemon_replicas.sh BIN_FOLDER ALTERED_DIBSD
set -u
. "$(dirname "$0")/fleet_lib.sh"
bin=$(cd "$1" && pwd) altered=$2
start_brokers brokers
store=kafka://$addresses/fleet-$$
export DIBS_STORE=$store DIBS_OPERATOR_KEY_FILE=$operator_key
"$bin/dibs" session >/dev/null 2>&1

# takes_at_most MS KEY: how long a claim takes now
takes_at_most()
{
    local began took
    began=$(now_ms)
    "$bin/dibs" claim "$2" --session bob >"$folder/said" 2>&1 || complain "claim $2: $(cat "$folder/said")"
    took=$(($(now_ms) - began))
    echo "$2: $took ms"
    [ $took -le "$1" ] || complain "claim $2 took $took ms, $1 are allowed"
}

start_dibsd active --create-topics
start_dibsd replica --rank 1
takes_at_most 2000 task:both

# Frozen while a claim waits in the queue and is given free: who waits is told by the replica.
"$bin/dibs" claim task:queue --session alice >/dev/null || complain 'claim of the queue'
"$bin/dibs" claim task:queue --session carol --wait=1m >"$folder/carol" 2>&1 &
waiter=$!
for _ in $(seq 100); do
    http active /metrics | grep -q '^dibs_waiters 1$' && break
    sleep 0.1
done
kill -STOP "${dibsd_pid[active]}"
takes_at_most 2000 task:frozen
began=$(now_ms)
"$bin/dibs" release task:queue --session alice >"$folder/said" 2>&1 || complain "release: $(cat "$folder/said")"
wait $waiter || complain "the waiter: $(cat "$folder/carol")"
took=$(($(now_ms) - began))
echo "the waiting claim: $took ms"
[ $took -le 2000 ] || complain "the waiting claim took $took ms"
takes_at_most 2000 task:frozen-longer
kill -CONT "${dibsd_pid[active]}"
takes_at_most 2000 task:thawed

kill -KILL "${dibsd_pid[active]}"
wait "${dibsd_pid[active]}" 2>/dev/null
takes_at_most 2000 task:killed
takes_at_most 2000 task:still-killed
start_dibsd active
takes_at_most 2000 task:back
lives replica || complain "the replica has ended: $(tail -n 2 "$folder/replica.log")"

# An altered rule: done keys are remembered a moment longer. No decision shows it, the digest does.
normal=$bin
mkdir "$folder/altered-bin" && ln -s "$altered" "$folder/altered-bin/dibsd"
bin=$folder/altered-bin start_dibsd odd --rank 2
bin=$normal
"$bin/dibs" claim task:done --session alice >/dev/null && "$bin/dibs" done task:done --session alice >/dev/null ||
    complain 'done'
timeout 60 tail --pid="${dibsd_pid[odd]}" -f /dev/null
wait "${dibsd_pid[odd]}"
ended=$?
[ $ended -eq 10 ] || complain "the altered one ended with $ended"
said=$(grep 'event=ended' "$folder/odd.log")
echo "$said" | grep -q 'divergence at offset [0-9]*: the checkpoint of rank [01]' || complain "the altered one said: $said"
named=$(echo "$said" | sed 's/.*divergence at offset \([0-9]*\).*/\1/')
offset=$(http active /metrics | sed -n 's/^dibs_offset //p')
[ "$named" -le "$offset" ] || complain "it names offset $named, the log has $offset"
takes_at_most 2000 task:after
for name in active replica; do
    stop_dibsd $name 0
    same_as_replay $name
done
"$bin/dibs" replay "$store" --verify >"$folder/said" 2>&1 || complain "replay: $(cat "$folder/said")"
grep 'published' "$folder/said"
exit $failed
