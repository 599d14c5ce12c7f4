#!/bin/bash
# A store moves to a fleet and back, and what a fleet has published is proved.
# usage: moves.sh FOLDER-OF-PROGRAMS FOLDER-OF-TEST-PROGRAMS
set -u
. "$(dirname "$0")/fleet_lib.sh"
bin=$1 here=$2
export DIBS_SESSION=agent DIBS_PATIENCE=20s
dibs=$bin/dibs
file=$folder/store
key=$file/operator.key

digest_of() # store [option...]
{
    local of=$1
    shift
    "$dibs" replay "$of" "$@" --json | sed 's/.*"digest":"\([0-9a-f]*\)".*/\1/'
}

# told_of_seal PID FILE URL: who waited in a store that was moved hears within its renewal where to, and ends
told_of_seal()
{
    for _ in $(seq 100); do kill -0 "$1" 2>/dev/null || break; sleep 0.1; done
    kill -0 "$1" 2>/dev/null && { complain "it still waits in a sealed store: $(cat "$2")"; kill -KILL "$1"; }
    wait "$1"
    [ $? -eq 1 ] && grep -q "claims go to \"$3\"" "$2" || complain "who waited in a store that moved heard: $(cat "$2")"
}

echo "--- from a directory to a fleet"
start_brokers one
fleet=kafka://$addresses/fleet
"$dibs" init "$file" >/dev/null 2>&1
for i in 1 2 3 4 5 6 7 8; do
    expect 0 'granted' "$dibs" claim "k:$i" --store "$file"
done
expect 0 'done' "$dibs" done k:1 --store "$file" --result 'as it was'
"$dibs" claim k:2 --session waiter --wait=1h --store "$file" >"$folder/waiter" 2>&1 &
waiter=$!
for _ in $(seq 100); do grep -q ticket "$folder/waiter" && break; sleep 0.1; done
kill -9 $waiter
wait $waiter 2>/dev/null
ticket=$(sed -n 's/.*dibs wait \(t1-[^ ]*\).*/\1/p' "$folder/waiter")
"$dibs" claim k:3 --session blocked --wait=1h --store "$file" >"$folder/blocked" 2>&1 &
blocked=$!
for _ in $(seq 100); do grep -q ticket "$folder/blocked" && break; sleep 0.1; done
before=$(digest_of "$file")
mv "$key" "$folder/away.key"
expect 2 'operator' "$dibs" migrate "$file" "$fleet"
printf 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' >"$folder/wrong.key"
chmod 600 "$folder/wrong.key"
expect 2 'not the operator' "$dibs" migrate "$file" "$fleet" --operator-key "$folder/wrong.key"
mv "$folder/away.key" "$key"
expect 0 "$before" "$dibs" migrate "$file" "$fleet"
expect 0 'there already' "$dibs" migrate "$file" "$fleet"
expect 1 "claims go to \"$fleet\"" "$dibs" claim k:9 --store "$file"
told_of_seal $blocked "$folder/blocked" "$fleet"

echo "--- it is claimed there as before"
store=$fleet operator_key=$key start_dibsd coordinator
export DIBS_STORE=$fleet
expect 1 'done already' "$dibs" claim k:1 --session other
expect 1 'held by "agent"' "$dibs" claim k:3 --session other
expect 0 'released' "$dibs" release k:2
expect 0 'granted' "$dibs" wait "$ticket" --timeout 1m
expect 0 'granted' "$dibs" claim k:9
expect 0 'equal' "$dibs" replay --verify --operator-key "$key"
expect 0 '"decisions":[1-9]' "$dibs" replay --verify --json

echo "--- a fleet as one file, and a directory that is made of it"
digest=$(digest_of "$fleet" --operator-key "$key")
expect 0 "$digest" "$dibs" export "$folder/fleet.export"
expect 0 "$digest" "$dibs" import "$folder/fleet.export" "$folder/from-fleet"
expect 1 'done already' "$dibs" claim k:1 --session other --store "$folder/from-fleet"
expect 1 'held by "agent"' "$dibs" claim k:3 --session other --store "$folder/from-fleet"

echo "--- and another fleet"
third=kafka://$addresses/third
expect 2 'operator' "$dibs" import "$folder/fleet.export" "$third"
expect 0 "$digest" "$dibs" import "$folder/fleet.export" "$third" --operator-key "$key"
store=$third operator_key=$key start_dibsd third
expect 1 'done already' "$dibs" claim k:1 --session other --store "$third"
expect 1 'held by "agent"' "$dibs" claim k:3 --session other --store "$third"
expect 0 'renewed' "$dibs" renew k:3 --store "$third"
expect 0 'equal' "$dibs" replay --verify --store "$third" --operator-key "$key"

echo "--- not onto what is there"
expect 2 'store already' "$dibs" import "$folder/fleet.export" "$fleet" --operator-key "$key"
"$dibs" init "$folder/other" >/dev/null 2>&1
expect 2 'not empty' "$dibs" migrate "$folder/other" "$fleet"

echo "--- what nobody's coordinator has published is found"
"$here/altered" "$fleet" checkpoint || complain "no false checkpoint"
expect 0 'equal' "$dibs" replay --verify --operator-key "$key"
expect 1 'checkpoint at offset 1 ' "$dibs" replay --verify
expect 1 'checkpoint at offset 1 ' "$dibs" replay --verify --until 1
expect 0 'published   0 decisions, 0 checkpoints' "$dibs" replay --verify --until 0
kill "${dibsd_pid[coordinator]}"
wait "${dibsd_pid[coordinator]}" 2>/dev/null
where=$("$here/altered" "$fleet" decision) || complain "no altered decision"
expect 1 "$where .*the log makes another one" "$dibs" replay --verify --operator-key "$key"
altered=$(printf '%s\n' "$where" | sed -n 's/^record \([0-9]*\),.*/\1/p')
expect 0 'equal' "$dibs" replay --verify --until "$altered" --operator-key "$key" # before it all is well
expect 1 "$where .*the log makes another one" "$dibs" replay --verify --until $((altered + 1)) --operator-key "$key"

echo "--- and back"
second=kafka://$addresses/second
store=$second operator_key=$folder/second.key start_dibsd second --create-topics
expect 0 'granted' "$dibs" claim k:1 --store "$second"
expect 1 'held' "$dibs" claim k:1 --store "$second" --session other
expect 2 'operator' "$dibs" migrate "$second" "$folder/back"
expect 0 'changed' "$dibs" configure waiter_lease=6s --store "$second" --operator-key "$folder/second.key"
"$dibs" claim k:1 --session blocked --wait=1h --store "$second" >"$folder/blocked" 2>&1 &
blocked=$!
for _ in $(seq 100); do grep -q ticket "$folder/blocked" && break; sleep 0.1; done
said=$("$dibs" migrate "$second" "$folder/back" --operator-key "$folder/second.key" --json) || complain "migrate: $said"
records=$(printf '%s' "$said" | sed 's/.*"records":\([0-9]*\).*/\1/')
digest=$(printf '%s' "$said" | sed 's/.*"digest":"\([0-9a-f]*\)".*/\1/')
[ "$digest" = "$(digest_of "$second" --until "$records")" ] || complain "another digest than of the $records records: $said"
expect 1 "claims go to \"file:$folder/back\"" "$dibs" claim k:2 --store "$second"
told_of_seal $blocked "$folder/blocked" "file:$folder/back"
expect 1 'held by "agent"' "$dibs" claim k:1 --store "$folder/back" --session other
expect 0 'equal' "$dibs" replay "$folder/back" --verify

echo "--- what has lost its beginning goes nowhere, and says why"
"$dibs" init "$folder/short" --segment-size 65536 --retain 1ms >/dev/null 2>&1
"$dibs" configure claims_per_minute=1000000 claims_per_session=256 --store "$folder/short" >/dev/null
for round in 1 2 3 4 5 6; do
    seq -f "task:$round/%g" 200 >"$folder/keys"
    "$dibs" claim --from "$folder/keys" --session "many-$round" --store "$folder/short" >/dev/null || complain "claims of $round"
    "$dibs" release --all --session "many-$round" --store "$folder/short" >/dev/null || complain "release of $round"
done
[ -e "$folder/short/log/00000000000000000000.seg" ] && complain 'nothing was pruned'
expect 2 'cannot be moved: its log begins with record' "$dibs" migrate "$folder/short" "kafka://$addresses/fourth"
expect 4 'topic' "$dibs" status --store "kafka://$addresses/fourth"
expect 0 'granted' "$dibs" claim k:1 --store "$folder/short"
echo '{"partitions":[{"topic":"third.intents","partition":0,"offset":5}],"version":1}' >"$folder/below.json"
"$broker" tool kafka-delete-records --bootstrap-server "$addresses" --offset-json-file "$folder/below.json" >/dev/null
for verb in "export $folder/short.export" "replay --verify" log; do
    expect 2 'begins with record 5: those before were pruned' "$dibs" $verb --store "$third"
done
expect 2 'begins with record 5: those before were pruned' "$dibs" migrate "$third" "$folder/from-third" --operator-key "$key"
[ -e "$folder/short.export" ] || [ -e "$folder/from-third" ] && complain 'something was made of a part'
expect 0 'renewed' "$dibs" renew k:3 --store "$third" # it was not sealed, and goes on

exit $failed
