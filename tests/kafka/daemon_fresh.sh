#!/bin/bash
# A coordinator whose state is lost reads the log from record 0, and publishes nothing of it again: what is below the newest
# checkpoint was answered long ago, even when the decisions topic keeps it no more. With the operator's key and without; and a
# false checkpoint that a coordinator without the key can't tell from a true one keeps no claim from being answered.
# `dibs status` tells the digest of the newest checkpoint, which is what a replay makes at that offset.
# usage: daemon_fresh.sh BIN_FOLDER
set -u
. "$(dirname "$0")/fleet_lib.sh"
bin=$(cd "$1" && pwd)
start_brokers brokers
store=kafka://$addresses/fleet-$$
export DIBS_STORE=$store
metric() # NAME WHICH
{
    http "$1" /metrics | sed -n "s/^$2 //p"
}

published() # how many decisions the topic ever had
{
    "$broker" tool kafka-get-offsets --bootstrap-server "$addresses" --topic "fleet-$$.decisions" |
        awk -F: '{ sum += $3 } END { print sum }'
}

# forget: the decisions topic keeps nothing of what it had, as after its retention
forget()
{
    local below
    below=$("$broker" tool kafka-get-offsets --bootstrap-server "$addresses" --topic "fleet-$$.decisions" |
        awk -F: '{ printf "%s{\"topic\":\"%s\",\"partition\":%d,\"offset\":%d}", NR == 1 ? "" : ",", $1, $2, $3 }')
    echo '{"partitions":['"$below"'],"version":1}' >"$folder/below.json"
    "$broker" tool kafka-delete-records --bootstrap-server "$addresses" --offset-json-file "$folder/below.json" >/dev/null
}

# checkpointed NAME: all that is applied is below a checkpoint
checkpointed()
{
    local offset
    offset=$(metric "$1" dibs_offset)
    for _ in $(seq 300); do
        [ "$(metric "$1" dibs_checkpoint_offset)" -ge "$offset" ] && return 0
        sleep 0.1
    done
    complain "no checkpoint of offset $offset"
}

# adds_nothing NAME: started without a state it publishes nothing of what was
adds_nothing()
{
    local before
    before=$(published)
    start_dibsd "$1"
    [ "$(metric "$1" dibs_records_total)" -ge "$records" ] || complain "'$1' has not read the log"
    [ "$(published)" = "$before" ] || complain "'$1' has published history again: $(($(published) - before)) decisions"
}

claim() # KEY
{
    "$bin/dibs" claim "$1" --session alice >"$folder/said" 2>&1 || complain "claim $1: $(cat "$folder/said")"
}

start_dibsd one --create-topics
for i in $(seq 30); do
    claim "task:$i"
done
checkpointed one
records=$(metric one dibs_offset)
"$bin/dibs" status --json >"$folder/said" 2>&1 || complain "status: $(cat "$folder/said")"
offset=$(sed 's/.*"digest_offset":\([0-9]*\).*/\1/' "$folder/said") digest=$(sed 's/.*"digest":"\([0-9a-f]*\)".*/\1/' "$folder/said")
expect 0 "$digest" "$bin/dibs" replay --until "$offset"
expect 0 "digest $digest at record $offset, by the newest checkpoint" "$bin/dibs" status
checkpointed one
stop_dibsd one 0
forget

adds_nothing fresh
claim task:fresh
checkpointed fresh
stop_dibsd fresh 0
key=$operator_key operator_key=
adds_nothing keyless
claim task:keyless
stop_dibsd keyless 0

# A false one, far ahead: whoever has no key believes it of what was there at its start, and of nothing that comes.
"$bin/forge" "$store" 1000000 >/dev/null || complain 'forge'
adds_nothing misled
claim task:misled
stop_dibsd misled 0
operator_key=$key
start_dibsd fresh
claim task:last
stop_dibsd fresh 0
same_as_replay fresh
expect 0 'equal' "$bin/dibs" replay --verify --operator-key "$key"
exit $failed
