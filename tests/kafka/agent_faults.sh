#!/bin/bash
# What an agent is told when the fleet is not as it should be, and that it goes on when it is again.
# usage: agent_faults.sh FOLDER-OF-PROGRAMS FOLDER-OF-TEST-PROGRAMS
set -u
. "$(dirname "$0")/fleet_lib.sh"
bin=$1 here=$2
export DIBS_SESSION=agent DIBS_PATIENCE=20s
unset DIBS_OPERATOR_KEY_FILE

# within MS COMMAND...: it takes at most so long
within()
{
    local most=$1 began took
    shift
    began=$(now_ms)
    "$@"
    took=$(($(now_ms) - began))
    [ $took -le "$most" ] || complain "$*: took $took ms, more than $most"
}

allow() # topic operation...
{
    local topic=$1 operation
    shift
    for operation; do
        "$broker" tool kafka-acls --bootstrap-server "$addresses" --add --allow-principal User:agent \
            --operation "$operation" --topic "fleet.$topic" >"$folder/acl" 2>&1 || complain "kafka-acls: $(cat "$folder/acl")"
    done
}

dibs=$bin/dibs

echo "--- nobody there"
within 4000 expect 4 '^dibs: no broker answers at 127.0.0.1:1: is the address right, and is it running[?] .*took no record in 2000 ms.*DIBS_PATIENCE.*refused' env DIBS_PATIENCE=2s "$dibs" claim k:1 --store kafka://127.0.0.1:1/fleet

start_brokers one --user admin=s3cret --user agent=w0nder
direct=kafka://$addresses/fleet
clients=$("$broker" addresses "$folder/one" clients)
agents="kafka://$clients/fleet?security.protocol=sasl_plaintext&sasl.mechanism=PLAIN&sasl.username=agent"
printf 'sasl.password=w0nder\n' >"$folder/good.conf"
printf 'sasl.password=wr0ng\n' >"$folder/bad.conf"
chmod 600 "$folder"/*.conf

echo "--- topics missing"
within 8000 expect 4 'create-topics' "$dibs" claim k:1 --store "$direct"

store=$direct start_dibsd coordinator --create-topics
expect 0 'granted' "$dibs" claim k:0 --store "$direct"

echo "--- a question too many: who just looks is told at once that there is no answer, and does not wait for one"
expect 0 'Policy changed' env DIBS_OPERATOR_KEY_FILE="$operator_key" "$dibs" configure queries_per_minute=1 --store "$direct"
ticket=$("$dibs" claim k:asked --session asker --json --store "$direct" | grep -o '"ticket":"[^"]*' | cut -d'"' -f4)
"$dibs" wait "$ticket" --timeout 0 --session asker --store "$direct" >/dev/null 2>&1 # what it may ask in a minute
within 5000 expect 3 'no answer' "$dibs" wait "$ticket" --timeout 0 --session asker --store "$direct"
expect 0 '' "$dibs" release k:asked --session asker --store "$direct"
expect 0 'Policy changed' env DIBS_OPERATOR_KEY_FILE="$operator_key" "$dibs" configure queries_per_minute=600 --store "$direct"

echo "--- password"
within 8000 expect 2 'uthenticat' env DIBS_KAFKA_CONFIG="$folder/bad.conf" "$dibs" claim k:1 --store "$agents"
chmod 644 "$folder/good.conf"
expect 2 'can be read\|others' env DIBS_KAFKA_CONFIG="$folder/good.conf" "$dibs" claim k:1 --store "$agents"
chmod 600 "$folder/good.conf"
export DIBS_KAFKA_CONFIG=$folder/good.conf
expect 2 'secret' "$dibs" claim k:1 --store "$agents&sasl.password=w0nder"

echo "--- permissions, one after the other"
within 8000 expect 2 'does not let this user' "$dibs" claim k:1 --store "$agents"
allow decisions Describe
within 8000 expect 2 'intents' "$dibs" claim k:1 --store "$agents"
allow intents Write
within 8000 expect 4 'does not let this user read topic fleet.decisions.*nothing is held' "$dibs" claim k:1 --store "$agents"
allow decisions Read
expect 0 'k:1 ' "$dibs" claim k:1 --store "$agents"
within 8000 expect 2 'checkpoints' "$dibs" status --store "$agents"
allow checkpoints Read
expect 0 'records' "$dibs" status --store "$agents"
within 8000 expect 2 'intents' "$dibs" log --store "$agents"
unset DIBS_KAFKA_CONFIG
export DIBS_STORE=$direct

echo "--- aborted transactions and their markers in the log"
"$here/aborted" "$addresses" fleet.intents 6 || complain "no transactions"
expect 0 'granted' "$dibs" claim k:2
expect 0 'equal' "$dibs" replay --verify --operator-key "$operator_key"

echo "--- a broker that stops and comes back, with claims on their way and in the queue"
expect 0 'granted' "$dibs" claim k:held --session holder
"$dibs" claim k:held --session waiter --wait=5m >"$folder/waiter" 2>&1 &
waiter=$!
for _ in $(seq 100); do grep -q ticket "$folder/waiter" && break; sleep 0.1; done
"$broker" stop "$folder/one" 1
DIBS_PATIENCE=2m "$dibs" claim k:during >"$folder/during" 2>&1 &
during=$!
within 5000 expect 4 'took no record' env DIBS_PATIENCE=2s "$dibs" claim k:late
"$broker" start "$folder/one" 1 >/dev/null 2>&1 || complain "the broker did not start again"
wait $during || complain "a claim begun while the broker was down: $(cat "$folder/during")"
expect 0 'released' "$dibs" release k:held --session holder
wait $waiter || complain "a claim that waited through an outage: $(cat "$folder/waiter")"
grep -q granted "$folder/waiter" || complain "a claim that waited through an outage: $(cat "$folder/waiter")"

echo "--- nobody answers, then somebody does: a ticket in another process"
kill "${dibsd_pid[coordinator]}"
wait "${dibsd_pid[coordinator]}" 2>/dev/null
said=$(DIBS_PATIENCE=2s "$dibs" claim k:ticket --json 2>/dev/null)
[ $? -eq 3 ] || complain "a claim that nobody answers: $said"
ticket=$(printf '%s' "$said" | sed 's/.*"ticket":"\([^"]*\)".*/\1/')

echo "--- exec, which nobody answers: what it may be granted later is given back, and a second signal just ends it"
within 8000 expect 122 'nothing was run, and the claim is to be given back' env DIBS_PATIENCE=2s "$dibs" exec k:unanswered -- true
end_twice()
{
    "$dibs" exec k:ended -- true >"$folder/ended" 2>&1 &
    local exec=$!
    sleep 1
    while kill -TERM $exec 2>/dev/null; do sleep 0.2; done
    wait $exec
    [ $? -eq 143 ] || complain "exec that was ended twice: $(cat "$folder/ended")"
}
within 5000 end_twice
store=$direct start_dibsd coordinator
expect 0 'granted' "$dibs" wait "$ticket" --timeout 1m
expect 0 'free' "$dibs" show k:unanswered
expect 0 'free' "$dibs" show k:ended

echo "--- more partitions than before"
"$dibs" claim k:ticket --session waiter --wait=5m >"$folder/waiter" 2>&1 &
waiter=$!
for _ in $(seq 100); do grep -q ticket "$folder/waiter" && break; sleep 0.1; done
"$broker" tool kafka-topics --bootstrap-server "$addresses" --alter --topic fleet.decisions --partitions 13 >/dev/null 2>&1 ||
    complain "no more partitions"
for i in 1 2 3 4 5 6; do
    expect 0 'granted' "$dibs" claim "k:grown/$i"
done
expect 0 'released' "$dibs" release k:ticket
wait $waiter || complain "a claim that waited while partitions were added: $(cat "$folder/waiter")"
expect 0 'equal' "$dibs" replay --verify --operator-key "$operator_key"

echo "--- a log without a genesis"
"$broker" tool kafka-topics --bootstrap-server "$addresses" --create --topic bare.intents --partitions 1 >/dev/null 2>&1
"$broker" tool kafka-topics --bootstrap-server "$addresses" --create --topic bare.decisions --partitions 2 >/dev/null 2>&1
"$broker" tool kafka-topics --bootstrap-server "$addresses" --create --topic bare.checkpoints --partitions 1 >/dev/null 2>&1
expect 4 'nobody has begun.*dibsd.*--create-topics' env DIBS_PATIENCE=2s "$dibs" claim k:1 --store "kafka://$addresses/bare"
"$dibs" claim k:2 --store "kafka://$addresses/bare" >"$folder/early" 2>&1 &
early=$!
store=kafka://$addresses/bare start_dibsd bare --create-topics --allow-unsafe-topics yes
wait $early || complain "a claim that came before the genesis: $(cat "$folder/early")"

exit $failed
