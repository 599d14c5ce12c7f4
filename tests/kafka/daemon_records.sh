#!/bin/bash
# What a topic may hold besides honest records: garbage, nulls, versions to come, what only the operator or a coordinator may
# write, aborted transactions, records with their senders' time. Each is refused and counted; nobody stops; two coordinators
# and a replay come to one digest. Also more partitions of decisions than there were, and HTTP's own rules.
# usage: daemon_records.sh BIN_FOLDER
set -u
. "$(dirname "$0")/fleet_lib.sh"
bin=$(cd "$1" && pwd)
start_brokers brokers
store=kafka://$addresses/fleet-$$
export DIBS_STORE=$store DIBS_OPERATOR_KEY_FILE=$operator_key

metric() # NAME WHICH
{
    http "$1" /metrics | sed -n "s/^$2 //p"
}

kafka() # TOOL [option...]
{
    local tool=$1
    shift
    "$broker" tool "kafka-$tool" --bootstrap-server "$addresses" "$@"
}

start_dibsd one --create-topics
start_dibsd two --rank 1
"$bin/dibs" claim task:a --session alice >/dev/null || complain 'claim a'
before=$(metric one dibs_offset)
"$bin/forge" "$store" >"$folder/said" || complain "forge: $(cat "$folder/said")"
"$bin/dibs" claim task:b --session alice >/dev/null || complain 'claim b, after all the bad ones'
bad=$(metric one dibs_bad_records)
[ "$bad" = 9 ] || complain "bad records: $bad instead of 9 (6 of garbage, genesis, recovered, import)"
[ "$(metric one 'dibs_denied_total{reason="forbidden"}')" = 3 ] || complain 'configure, revoke and seal were not forbidden'
[ "$(metric two dibs_foreign_records_total)" -ge 3 ] || complain 'foreign checkpoints and decisions are not counted'
"$bin/dibs" list --json >"$folder/said" 2>&1
grep -q '"key":"task:a"' "$folder/said" || complain "the forged revoke had an effect: $(cat "$folder/said")"

# An aborted transaction's records are records, its markers holes.
# A producer is killed in the midst of a transaction; its next start aborts that and commits one of its own.
transact() # RECORDS
{
    exec "$broker" tool kafka-producer-perf-test --topic "fleet-$$.intents" --num-records "$1" --record-size 50 --throughput 20 \
        --transactional-id forge --transaction-duration-ms 30000 --producer-props "bootstrap.servers=$addresses"
}
offset=$(metric one dibs_offset)
transact 100000 >"$folder/said" 2>&1 &
producer=$!
for _ in $(seq 100); do
    [ "$(metric one dibs_offset)" -gt $((offset + 3)) ] && break
    sleep 0.1
done
kill -KILL $producer
wait $producer 2>/dev/null
(transact 3) >"$folder/said" 2>&1 || complain "transactions: $(tail -n 3 "$folder/said")"
"$bin/dibs" claim task:c --session alice >/dev/null || complain 'claim c, after an aborted transaction'
[ "$(metric one dibs_bad_records)" -ge $((bad + 6)) ] || complain 'the records of transactions were not read'
end=$(kafka get-offsets --topic "fleet-$$.intents" | sed 's/.*://')
[ "$end" -gt "$(($(metric one dibs_records_total) + 1))" ] || complain "there are no holes: $end"

# Records whose time is their sender's: somebody changed the topic under a running fleet.
kafka configs --alter --entity-type topics --entity-name "fleet-$$.intents" --add-config message.timestamp.type=CreateTime >/dev/null
for try in $(seq 50); do
    "$bin/dibs" claim task:d --session alice >/dev/null || complain 'claim d, with a sender time'
    [ "$(metric one dibs_sender_times_total)" = 0 ] || break
done
[ "$(metric one dibs_sender_times_total)" != 0 ] || complain 'the time of a sender was not noticed'
kafka configs --alter --entity-type topics --entity-name "fleet-$$.intents" --add-config message.timestamp.type=LogAppendTime >/dev/null

# More partitions of decisions: agents that know of them get their answers there.
kafka topics --alter --topic "fleet-$$.decisions" --partitions 40 >/dev/null
for try in $(seq 12); do
    "$bin/dibs" claim "task:e$try" --session alice >"$folder/said" 2>&1 || complain "claim with 40 partitions: $(cat "$folder/said")"
done
# It connects again for such a thing, and goes on counting.
connects=$(metric one dibs_connects_total) published=$(metric one dibs_published_total)
kafka topics --alter --topic "fleet-$$.decisions" --partitions 41 >/dev/null
for _ in $(seq 200); do
    [ "$(metric one dibs_connects_total)" = "$connects" ] || break
    sleep 0.1
done
[ "$(metric one dibs_connects_total)" != "$connects" ] || complain 'it did not connect again'
[ "$(metric one dibs_published_total)" -ge "$published" ] ||
    complain "of $published decisions that were published it counts $(metric one dibs_published_total)"

# HTTP
[ "$(http one /claims)" != '' ] || complain 'no claims over HTTP'
offset=$("$bin/dibs" claim task:f --session alice --json | sed 's/.*"offset":\([0-9]*\).*/\1/')
http two "/claims?at_least=$offset" >"$folder/said"
grep -q 'task:f' "$folder/said" || complain "at_least=$offset was not waited for: $(cat "$folder/said")"
offset=$(http two /claims | sed 's/^{"offset":\([0-9]*\),.*/\1/')
http two "/claims?at_least=$offset" >/dev/null || complain "the offset of a page, $offset, cannot be asked for"
http one '/claims?at_least=999999' >/dev/null && complain 'at_least of the future was answered'
http one '/claims?nonsense=1' | grep -q 'no argument nonsense' || complain 'a wrong argument was taken'
http one '/claim' | grep -q 'say which key' || complain '/claim without a key was answered'
http one '/claim?key=task:a' | grep -q '"session":"alice"' || complain 'no claim by its key'
http one /none && complain '/none was found'
expect 2 'can be reached from other machines' "$bin/dibsd" --store "$store" --state "$folder/x" --http 0.0.0.0:0
printf 'a token that is long enough\n' >"$folder/token" && chmod 600 "$folder/token"
start_dibsd three --rank 2 --http-token-file "$folder/token"
http three /metrics && complain '/metrics without a token'
exit_of()
{
    exec 3<>"/dev/tcp/127.0.0.1/${dibsd_port[three]}" || return 1
    printf 'GET /metrics HTTP/1.0\r\nAuthorization: Bearer %s\r\n\r\n' "$1" >&3
    IFS=' ' read -r -t 10 _ status _ <&3
    exec 3>&-
    echo "$status"
}
[ "$(exit_of 'a token that is long enough')" = 200 ] || complain 'the right token is refused'
[ "$(exit_of 'a token that is long enougH')" = 401 ] || complain 'a wrong token is taken'
[ "$(exit_of '')" = 401 ] || complain 'an empty token is taken'

stop_dibsd three 0 HUP # as when its terminal is closed
for name in one two three; do
    [ $name = three ] || stop_dibsd $name 0
    same_as_replay $name
done
"$bin/dibs" replay "$store" --verify --operator-key "$operator_key" >"$folder/said" 2>&1 || complain "replay: $(cat "$folder/said")"
exit $failed
