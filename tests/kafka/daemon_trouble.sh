#!/bin/bash
# What goes wrong around a coordinator: its broker is down at the start and later, its disk is full, its state is damaged,
# a topic is set so that it would lose or reorder claims. Each with words; nothing is lost.
# usage: daemon_trouble.sh BIN_FOLDER
set -u
. "$(dirname "$0")/fleet_lib.sh"
bin=$(cd "$1" && pwd)
trap 'umount "$folder/small" 2>/dev/null; clean_up_fleet' EXIT
start_brokers brokers
store=kafka://$addresses/fleet-$$
export DIBS_STORE=$store DIBS_OPERATOR_KEY_FILE=$operator_key

until_said() # NAME PATTERN: in its trace
{
    for _ in $(seq 300); do
        grep -q "$2" "$folder/$1.log" && return 0
        sleep 0.1
    done
    complain "$1 did not say '$2': $(tail -n 3 "$folder/$1.log")"
}

kafka() # TOOL [option...]
{
    local tool=$1
    shift
    "$broker" tool "kafka-$tool" --bootstrap-server "$addresses" "$@"
}

claim() # KEY
{
    "$bin/dibs" claim "$1" --session alice >"$folder/said" 2>&1 || complain "claim $1: $(cat "$folder/said")"
}

# --- the broker is down at the start, and comes; goes again, and comes again
"$broker" kill "$folder/brokers" 1
"$bin/dibsd" --store "$store" --state "$folder/one" --operator-key "$operator_key" --create-topics --http 127.0.0.1:0 \
    2>"$folder/one.log" &
dibsd_pid[one]=$!
until_said one 'event=waiting'
dibsd_port[one]=$(sed -n 's/.*event=http .*127\.0\.0\.1:\([0-9]*\).*/\1/p' "$folder/one.log")
http one /healthz >/dev/null || complain 'it is alive, and /healthz says no'
http one /readyz >"$folder/said" && complain 'ready without a broker'
grep -q . "$folder/said" || complain '/readyz gives no reason'
http one /metrics >"$folder/said" && grep -q '^dibs_ready 0$' "$folder/said" || complain '/metrics does not tell that there is no broker'
"$broker" start "$folder/brokers" 1 || complain 'the broker did not come'
until_said one 'event=ready'
http one /readyz >/dev/null || complain 'not ready, with a broker'
claim task:a
"$broker" kill "$folder/brokers" 1
until_said one 'event=unready'
http one /readyz >/dev/null && complain 'ready, and its broker is gone'
lives one || complain 'it ended because its broker is gone'
"$broker" start "$folder/brokers" 1 || complain 'the broker did not come back'
for _ in $(seq 300); do
    http one /readyz >/dev/null && break
    sleep 0.1
done
claim task:b

stop_dibsd one 0

# --- told to stop while the brokers confirm nothing: exit 11, and the next start answers. A rank that leaves a second to
# others gives the time to freeze the broker before it answers.
start_dibsd one --rank 15 --stop-timeout 1s
for try in 1 2 3 4 5; do
    "$bin/dibs" claim "task:unsettled/$try" --session alice >"$folder/waited" 2>&1 &
    waiter=$!
    for _ in $(seq 200); do
        http one /metrics | grep -q '^dibs_unsettled_decisions 1$' && break
    done
    "$broker" freeze "$folder/brokers" 1
    http one /metrics | grep -q '^dibs_unsettled_decisions 1$' && break
    "$broker" thaw "$folder/brokers" 1
    wait $waiter
done
stop_dibsd one 11
"$broker" thaw "$folder/brokers" 1
start_dibsd one
wait $waiter || complain "the claim that was not settled: $(cat "$folder/waited")"
stop_dibsd one 0

# --- a damaged state is made anew from the log
dd if=/dev/urandom of="$folder/one/state/data.mdb" bs=4096 count=2 conv=notrunc 2>/dev/null
start_dibsd one
grep -q 'event=damaged' "$folder/one.log" || complain 'the damage was not noticed'
claim task:c
stop_dibsd one 0
same_as_replay one

# --- a full disk: exit 4 with words; with room again it goes on
if [ "$(id -u)" = 0 ] && mkdir "$folder/small" && mount -t tmpfs -o size=1500k none "$folder/small" 2>/dev/null; then
    start_dibsd small
    about=$(printf 'a %.0s' $(seq 750)) # no idea, so that nothing is like it
    "$bin/dibs" configure claims_per_session=256 claims_per_minute=1000000 >/dev/null || complain 'configure'
    for i in $(seq 1500); do
        lives small || break
        timeout 5 "$bin/dibs" claim "task:full/$i" --about "$about" --session "s$((i / 200))" >"$folder/said" 2>&1
    done
    lives small && complain 'the disk is full, and it goes on'
    wait "${dibsd_pid[small]}"
    ended=$?
    [ $ended -eq 4 ] && grep -q 'disk' "$folder/small.log" || complain "a full disk: exit $ended, $(tail -n 1 "$folder/small.log")"
    mount -o remount,size=200m "$folder/small"
    start_dibsd small
    claim task:roomy
    stop_dibsd small 0
    same_as_replay small
    umount "$folder/small"
fi

# --- a map that is too small: the same; it may be raised
start_dibsd mapped --map 16M
stop_dibsd mapped 0
start_dibsd mapped --map 64M
stop_dibsd mapped 0

# --- settings under which claims could be lost or reordered
refused() # SETTING=BAD SETTING=GOOD TOPIC
{
    kafka configs --alter --entity-type topics --entity-name "fleet-$$.$3" --add-config "$1" >/dev/null
    expect 6 "${1%%=*}" "$bin/dibsd" --store "$store" --state "$folder/settings" --operator-key "$operator_key" --http off
    kafka configs --alter --entity-type topics --entity-name "fleet-$$.$3" --add-config "$2" >/dev/null
}
refused message.timestamp.type=CreateTime message.timestamp.type=LogAppendTime intents
refused cleanup.policy=compact cleanup.policy=delete intents
refused retention.ms=3600000 retention.ms=-1 intents
refused retention.bytes=1000000 retention.bytes=-1 checkpoints
kafka topics --create --topic two.intents --partitions 2 --config message.timestamp.type=LogAppendTime --config retention.ms=-1 >/dev/null
kafka topics --create --topic two.decisions --partitions 2 >/dev/null
kafka topics --create --topic two.checkpoints --partitions 1 --config retention.ms=-1 >/dev/null
expect 6 'has 2 partitions and must have 1' "$bin/dibsd" --store "kafka://$addresses/two" --state "$folder/two" \
    --operator-key "$operator_key" --http off --allow-unsafe-topics
exit $failed
