#!/bin/bash
# Least privilege, on a broker with an authorizer and passwords: with what docs/OPERATIONS.md gives to coordinators and
# agents all works; without each single permission the words say which is missing, nothing else breaks, and it works again
# as soon as it is given. A wrong password is told at once and never shown.
# usage: permissions.sh BIN_FOLDER
set -u
. "$(dirname "$0")/fleet_lib.sh"
bin=$(cd "$1" && pwd)
start_brokers brokers --user admin=adm1n-secret --user coordinator=c00rd-secret --user agent=ag3nt-secret --user reader=r3ader-secret
open=$addresses
clients=$("$broker" addresses "$folder/brokers" clients)
store=kafka://$clients/acme

settings() # user, password
{
    printf '%s\n' security.protocol=SASL_PLAINTEXT sasl.mechanisms=PLAIN "sasl.username=$1" "sasl.password=$2" >"$folder/$1.conf"
    chmod 600 "$folder/$1.conf"
}
settings coordinator c00rd-secret
settings agent ag3nt-secret
settings reader r3ader-secret

acl() # --add|--remove, user, operation, resource...
{
    local change=$1 user=$2 operation=$3
    shift 3
    "$broker" tool kafka-acls --bootstrap-server "$open" "$change" --force --allow-principal "User:$user" --operation "$operation" \
        "$@" >"$folder/said" 2>&1 || { cat "$folder/said"; exit 1; }
}
topics=(--topic acme.intents --topic acme.decisions --topic acme.checkpoints)

as() # user, command...
{
    local user=$1
    shift
    DIBS_KAFKA_CONFIG=$folder/$user.conf DIBS_STORE=$store "$@"
}

# dibsd that is to end: its exit status and words
ends() # status, words, user
{
    expect "$1" "$2" as "$3" timeout 60 "$bin/dibsd" --store "$store" --state "$folder/tried" --operator-key "$operator_key" \
        --http off --create-topics
}

# The coordinator, from nothing to enough.
ends 5 'acme' coordinator
acl --add coordinator Create "${topics[@]}"
ends 5 'does not let this user' coordinator # see, or write: both fail, and either may be told first
for operation in Read Write DescribeConfigs; do
    acl --add coordinator $operation "${topics[@]}"
done
export DIBS_KAFKA_CONFIG=$folder/coordinator.conf
start_dibsd coordinator --create-topics
acl --remove coordinator Create "${topics[@]}" # from now on it needs no such thing
kill "${dibsd_pid[coordinator]}"
wait "${dibsd_pid[coordinator]}" || complain "the coordinator did not stop in good order"
start_dibsd coordinator --create-topics
unset DIBS_KAFKA_CONFIG

# Each of its permissions alone is missing once: what it then says names the topic, and it is told as a refusal.
refused() # operation, topic
{
    acl --remove coordinator "$1" --topic "acme.$2"
    said=$(as coordinator timeout 20 "$bin/dibsd" --store "$store" --state "$folder/tried" --operator-key "$operator_key" --http off \
        --rank 3 2>&1)
    got=$?
    [ $got -eq 5 ] && printf '%s\n' "$said" | grep 'event=ended' | grep -q "acme.$2" ||
        complain "without $1 on $2: exit $got, said: $(printf '%s\n' "$said" | tail -n 2)"
    acl --add coordinator "$1" --topic "acme.$2"
}
stop_dibsd coordinator 0 # it would end as well
refused DescribeConfigs intents
for topic in intents decisions checkpoints; do
    refused Read $topic
done
for topic in intents decisions checkpoints; do # nothing may be written
    acl --remove coordinator Write --topic acme.$topic
done
acl --add reader Write --topic acme.intents
acl --add reader Read --topic acme.decisions
# Something to be answered. A busy machine may take seconds to connect, and what was never sent is another error.
expect 3 '' as reader env DIBS_PATIENCE=10s "$bin/dibs" claim a/b#0 --session carol
acl --remove reader Write --topic acme.intents
ends 5 'uthoriz\|does not let' coordinator
for topic in intents decisions checkpoints; do
    acl --add coordinator Write --topic acme.$topic
done
DIBS_KAFKA_CONFIG=$folder/coordinator.conf start_dibsd coordinator

# The agent: each permission alone is missing once.
acl --add agent Read --topic acme.decisions --topic acme.checkpoints
expect 2 'acme.intents' as agent "$bin/dibs" claim a/b#1 --session alice
acl --add agent Write --topic acme.intents
expect 0 '' as agent "$bin/dibs" claim a/b#1 --session alice
acl --remove agent Read --topic acme.decisions
expect 2 'acme.decisions' as agent "$bin/dibs" claim a/b#2 --session alice
acl --add agent Describe --topic acme.decisions # it finds the topic, sends, and hears nothing
expect 4 'read topic acme.decisions.*nothing is held' as agent "$bin/dibs" claim a/b#3 --session alice
acl --remove agent Describe --topic acme.decisions
acl --add agent Read --topic acme.decisions
expect 0 '' as agent "$bin/dibs" claim a/b#3 --session bob --fresh # it was given back
acl --remove agent Read --topic acme.checkpoints
expect 2 'acme.checkpoints' as agent "$bin/dibs" status
acl --add agent Read --topic acme.checkpoints
expect 0 '' as agent "$bin/dibs" status
expect 0 '' as agent "$bin/dibs" claim a/b#4 --session alice
expect 1 'alice' as agent "$bin/dibs" claim a/b#4 --session bob
expect 2 'acme.intents' as agent "$bin/dibs" log
expect 2 'acme.intents' as reader "$bin/dibs" claim a/b#5 --session carol

# Reading the intents is for operators.
for topic in intents decisions checkpoints; do
    acl --add reader Read --topic acme.$topic
done
expect 0 'a/b#4' as reader "$bin/dibs" log

# A wrong password: at once, with exit codes of their own, and it is in nobody's words.
settings agent wr0ng-secret
began=$(now_ms)
expect 2 'uthentication' as agent "$bin/dibs" claim a/b#6 --session alice
took=$(($(now_ms) - began))
[ $took -lt 10000 ] || complain "a wrong password was told only after $took ms"
as agent "$bin/dibs" claim a/b#6 --session alice 2>&1 | grep -q wr0ng-secret && complain "dibs shows the password"
settings coordinator wr0ng-secret
ends 5 'uthentication' coordinator
as coordinator timeout 60 "$bin/dibsd" --store "$store" --state "$folder/tried" --http off 2>&1 | grep -q wr0ng-secret &&
    complain "dibsd shows the password"
grep -rq 'c00rd-secret' "$folder/coordinator.log" "$folder/coordinator" && complain "the coordinator keeps or shows its password"
expect 2 '' "$bin/dibs" claim a/b#7 --store "$store?sasl.password=wr0ng" --session alice
lives coordinator || complain "the coordinator has ended: $(cat "$folder/coordinator.log")"
exit $failed
