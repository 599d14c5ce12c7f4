#!/bin/bash
# The log's identity: a dibsd refuses a log that isn't the one its state was made from, each time with the right words and
# exit code; and the ways out: snapshot, restore, prune, recover. Has a broker of its own, whose files it damages.
# usage: daemon_log.sh BIN_FOLDER
set -u
. "$(dirname "$0")/fleet_lib.sh"
bin=$(cd "$1" && pwd)
start_brokers brokers
export DIBS_OPERATOR_KEY_FILE=$operator_key

# of NAME: a fleet of its own in $store, with a coordinator of that name
begin_fleet()
{
    fleet=$1-$$
    store=kafka://$addresses/$fleet
    export DIBS_STORE=$store
    start_dibsd "$1" --create-topics
}

claim() # KEY
{
    "$bin/dibs" claim "$1" --session alice >"$folder/said" 2>&1 || complain "claim $1: $(cat "$folder/said")"
}

# refuses NAME CODE WORDS [option...]: it doesn't start, ends with this code and says this
refuses()
{
    local name=$1 code=$2 words=$3 got
    shift 3
    timeout 60 "$bin/dibsd" --store "$store" --state "$folder/$name" --operator-key "$operator_key" --http off "$@" \
        >"$folder/$name.log" 2>&1
    got=$?
    [ $got -eq "$code" ] && grep -q "$words" "$folder/$name.log" ||
        complain "$name: exit $got instead of $code with '$words': $(tail -n 2 "$folder/$name.log")"
}

kafka() # TOOL [option...]
{
    local tool=$1
    shift
    "$broker" tool "kafka-$tool" --bootstrap-server "$addresses" "$@"
}

delete_below() # TOPIC OFFSET
{
    echo '{"partitions":[{"topic":"'"$1"'","partition":0,"offset":'"$2"'}],"version":1}' >"$folder/below.json"
    kafka delete-records --offset-json-file "$folder/below.json" >/dev/null
}

# --- another fleet's state, a state in use, another's genesis
begin_fleet first
claim task:a
refuses first 3 'used by another dibsd, process'
stop_dibsd first 0
other=$store store=kafka://$addresses/second-$$
start_dibsd second --create-topics
stop_dibsd second 0
store=$other
refuses second 8 'was made from topic second'
head -c 32 /dev/urandom >"$folder/another.key" && chmod 600 "$folder/another.key"
refuses third 7 "another operator's" --operator-key "$folder/another.key"
store=kafka://$addresses/nobody-$$
refuses third 6 'is not there'

# --- a snapshot and the rest of the topic on an empty machine
store=$other
place=$("$bin/dibsd" snapshot --store "$store" --state "$folder/first") || complain 'no snapshot'
start_dibsd first
claim task:b
"$bin/dibsd" restore "$place" --store "$store" --state "$folder/restored" >"$folder/said" 2>&1 || complain "restore: $(cat "$folder/said")"
expect 2 'has a state already' "$bin/dibsd" restore "$place" --store "$store" --state "$folder/restored"
start_dibsd restored --rank 1
claim task:c
kill -USR1 "${dibsd_pid[first]}"
stop_dibsd first 0
stop_dibsd restored 0
same_as_replay first
same_as_replay restored
cp -r "$place" "$folder/${place##*/}"
sed -i 's/alice/alicf/' "$folder/${place##*/}/data.mdb"
expect 2 'damaged' "$bin/dibsd" restore "$folder/${place##*/}" --store "$store" --state "$folder/unmade"

# --- pruned: only below a snapshot that a second replay verified
begin_fleet pruned
claim task:a
claim task:b
stop_dibsd pruned 0
expect 4 'no snapshot' "$bin/dibsd" prune --store "$store" --state "$folder/pruned" --prune-keep 0s
cp -r "$folder/pruned" "$folder/old"
start_dibsd pruned
claim task:c
stop_dibsd pruned 0
place=$("$bin/dibsd" snapshot --store "$store" --state "$folder/pruned")
expect 0 'event=pruned' "$bin/dibsd" prune --store "$store" --state "$folder/pruned" --prune-keep 0s
[ -e "$place/verified" ] || complain 'the snapshot is not marked as verified'
refuses empty 8 'pruned past this state: there is no state'
refuses old 8 'pruned past this state: it needs record'
"$bin/dibsd" restore "$place" --store "$store" --state "$folder/empty" >/dev/null || complain 'restore after pruning'
start_dibsd empty
claim task:d
stop_dibsd empty 0
# checkpoints made anew begin with the genesis, though the log no longer has it
kafka topics --delete --topic "$fleet.checkpoints"
start_dibsd empty --create-topics
claim task:e
expect 0 'task:e' "$bin/dibs" list
expect 0 records "$bin/dibs" status
stop_dibsd empty 0
# a snapshot that differs is not pruned below
begin_fleet lying
claim task:a
stop_dibsd lying 0
place=$("$bin/dibsd" snapshot --store "$store" --state "$folder/lying")
begin_fleet other
claim task:a; claim task:b
stop_dibsd other 0
store=kafka://$addresses/other-$$
mkdir -p "$folder/other/snapshots"
cp -r "$place" "$folder/other/snapshots/"
expect 10 'is not what a second replay makes' "$bin/dibsd" prune --store "$store" --state "$folder/other" --prune-keep 0s

# --- recreated
begin_fleet recreated
claim task:a
stop_dibsd recreated 0
for topic in intents decisions checkpoints; do
    kafka topics --delete --topic "$fleet.$topic"
done
refuses recreated 6 'is not there, and this state was made from it'
refuses recreated 6 'is not there, and this state was made from it' --create-topics
# made anew, and empty; then with somebody's record first; then with a genesis
kafka topics --create --topic "$fleet.intents" --partitions 1 --config message.timestamp.type=LogAppendTime \
    --config retention.ms=-1 >/dev/null
for topic in decisions checkpoints; do
    kafka topics --create --topic "$fleet.$topic" --partitions 1 --config message.timestamp.type=LogAppendTime \
        --config retention.ms=-1 >/dev/null
done
refuses recreated 8 'recreated:'
refuses recreated 8 'recreated:' --create-topics
echo first | kafka console-producer --topic "$fleet.intents" || complain "nothing was written"
refuses recreated 8 'recreated:'
for topic in intents decisions checkpoints; do
    kafka topics --delete --topic "$fleet.$topic"
done
start_dibsd anew --create-topics
refuses recreated 8 'recreated:'
# what is published there can be made anew
stop_dibsd anew 0
for topic in decisions checkpoints; do
    kafka topics --delete --topic "$fleet.$topic"
done
refuses anew 6 'is not there; make it with dibsd --create-topics'
start_dibsd anew --create-topics
claim task:b
stop_dibsd anew 0
same_as_replay anew

# --- truncated: Kafka's own file is cut
begin_fleet cut
claim task:a
claim task:b
cp -r "$folder/cut" "$folder/cut-before" 2>/dev/null
log=$(echo "$folder"/brokers/n1/*/"$fleet.intents-0"/00000000000000000000.log)
[ -e "$log" ] || log=$(find "$folder/brokers" -path "*$fleet.intents-0/00000000000000000000.log")
keep=$(stat -c %s "$log")
claim task:c
"$bin/dibs" exec task:d --session alice --ttl 40s --grace 1s -- sleep 60 >"$folder/exec" 2>&1 &
holder=$!
until "$bin/dibs" show task:d | grep -q 'held by' || ! kill -0 $holder 2>/dev/null; do sleep 0.1; done
stop_dibsd cut 0
"$broker" kill "$folder/brokers" 1
truncate -s "$keep" "$log"
rm -f "${log%.log}.index" "${log%.log}.timeindex" "$(dirname "$log")"/*.snapshot
"$broker" start "$folder/brokers" 1 || complain 'the broker did not come back'
refuses cut 8 'truncated: this state has applied record'
expect 2 'operator-key' "$bin/dibsd" recover --lost-records --store "$store" --state "$folder/cut"
expect 0 'every token' "$bin/dibsd" recover --lost-records --store "$store" --state "$folder/cut" --operator-key "$operator_key"
start_dibsd cut
claim task:e
grep -q 'token 4294967' "$folder/said" || complain "tokens did not jump: $(cat "$folder/said")"
# who works on what the log has lost is told so, well before its lease would be over
wait $holder
[ $? -eq 125 ] && grep -q 'its session does not hold it any more' "$folder/exec" ||
    complain "exec beyond its lost claim: $(cat "$folder/exec")"
stop_dibsd cut 0
same_as_replay cut
"$bin/dibs" replay "$store" --verify >"$folder/said" 2>&1 || complain "replay after recovery: $(cat "$folder/said")"
exit $failed
