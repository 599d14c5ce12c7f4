#!/bin/bash
# A migration is killed (-9) at many moments, to a fleet and back: each time it is begun again and goes on, nobody can claim
# in a place that is half filled, and in the end both have the digest that the store had.
# usage: migrate_killed.sh BIN_FOLDER [KILLS]
set -u
. "$(dirname "$0")/fleet_lib.sh"
bin=$(cd "$1" && pwd) kills=${2:-12}
dibs=$bin/dibs file=$folder/store
key=$file/operator.key
RANDOM=${DIBS_TEST_SEED:-$$}
export DIBS_SESSION=agent DIBS_PATIENCE=20s

digest_of() # store [option...]
{
    "$dibs" replay "$@" --json | sed 's/.*"digest":"\([0-9a-f]*\)".*/\1/'
}

# killed FROM TO [option...]: at moments that grow from nothing to all of it; then to its end
killed()
{
    local from=$1 to=$2 whole_ms=$3 i ended cut=0
    shift 3
    for i in $(seq "$kills"); do
        "$dibs" migrate "$from" "$to" "$@" >"$folder/said" 2>&1 &
        local moving=$!
        sleep "$(awk -v ms=$((whole_ms * i / kills / 3 + RANDOM % 10)) 'BEGIN { print ms / 1000 }')"
        kill -KILL $moving 2>/dev/null
        wait $moving 2>/dev/null
        ended=$?
        case $ended in
            0) break ;;
            137) cut=$((cut + 1)) ;;
            *) complain "kill $i: exit $ended: $(cat "$folder/said")" ;;
        esac
        half_done "$to"
    done
    "$dibs" migrate "$from" "$to" "$@" >"$folder/said" 2>&1 || complain "at last: $(cat "$folder/said")"
    echo "killed $cut times; at last: $(head -n 1 "$folder/said")"
    [ $cut -ge $((kills / 3)) ] || complain "it was killed only $cut times"
}

# What is half filled grants nothing, and whoever asks there does not keep the migration from going on.
half_done()
{
    DIBS_PATIENCE=300ms "$dibs" claim k:half --store "$1" --session thief >"$folder/half" 2>&1
    case $? in
        1 | 3 | 4) ;;
        *) complain "half filled, and a claim there says: $(cat "$folder/half")" ;;
    esac
}

start_brokers brokers
fleet=kafka://$addresses/fleet
"$dibs" init "$file" >/dev/null 2>&1 && "$dibs" configure claims_per_minute=1000000 --store "$file" >/dev/null || exit 1
"$bin/load" "$file" --clients 8 --keys 50 --seconds 2 --hold 0 --no-compare >"$folder/said" 2>&1 || complain "load: $(cat "$folder/said")"
expect 0 granted "$dibs" claim k:kept --ttl 1d --store "$file"
before=$(digest_of "$file") records=$("$dibs" status --store "$file" --json | sed 's/.*"records":\([0-9]*\).*/\1/')
began=$(now_ms)
"$dibs" migrate "$file" "$folder/copy" --copy >"$folder/said" 2>&1
whole=$(($(now_ms) - began))
echo "a store of $records records, a copy takes $whole ms"

echo "--- to a fleet"
killed "$file" "$fleet" $((whole + 300))
expect 0 "$before" "$dibs" replay "$fleet" --until "$records"
store=$fleet operator_key=$key start_dibsd one
expect 1 'held by "agent"' "$dibs" claim k:kept --store "$fleet" --session other
expect 0 granted "$dibs" claim k:new --store "$fleet" --session other --ttl 1d
expect 1 'claims go to' "$dibs" claim k:new --store "$file"
expect 0 equal "$dibs" replay "$fleet" --verify --operator-key "$key"

echo "--- and back"
killed "$fleet" "$folder/back" $((whole + 300)) --operator-key "$key"
expect 1 'held by "agent"' "$dibs" claim k:kept --store "$folder/back" --session another
expect 1 'held by "other"' "$dibs" claim k:new --store "$folder/back" --session another
expect 0 equal "$dibs" replay "$folder/back" --verify
exit $failed
