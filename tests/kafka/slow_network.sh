#!/bin/bash
# Agents far from the brokers: whatever they send, and whatever they hear, takes so many milliseconds. Claims are granted and denied
# as ever, only later, and what the way there and back costs is bounded: nothing asks faster than it can be answered.
# usage: slow_network.sh BIN_FOLDER FOLDER-OF-SLOW_LINK [MILLISECONDS...]
set -u
bin=$(cd "$1" && pwd) tests=$2
shift 2
[ $# -gt 0 ] || set -- 50 150
. "$(dirname "$0")/fleet_lib.sh"
dibs=$bin/dibs
far=()
trap 'kill "${far[@]}" 2>/dev/null; clean_up_fleet' EXIT
export DIBS_SESSION=far

# claim_from WAY_MS: new processes, each from nothing
claim_from()
{
    local way=$1 began took
    export DIBS_STORE=kafka://127.0.0.1:$port/far
    began=$(now_ms)
    expect 0 granted "$dibs" claim "task:$way"
    took=$(($(now_ms) - began))
    echo "$way ms each way: granted in $took ms"
    # Some ten ways there and back: to connect (twice), to ask about topics and their ends, to send and to fetch.
    [ $took -lt $((way * 40 + 4000)) ] || complain "$way ms each way: a claim took $took ms"
    expect 1 'is held by' "$dibs" claim "task:$way" --session other
    expect 0 done "$dibs" done "task:$way"
}

for way in "$@"; do
    : >"$folder/address"
    exec 4< <(exec "$tests/slow_link" "$way" "$folder/address")
    far+=($!)
    read -r port <&4
    start_brokers "b$way" --set "advertised.listeners=PLAINTEXT://127.0.0.1:$port"
    echo "$addresses" >"$folder/address"
    store=kafka://$addresses/far
    start_dibsd "c$way" --create-topics
    claim_from "$way"
    stop_dibsd "c$way" 0
done
exit $failed
