#!/bin/bash
# Clocks that are years off: an agent's, a coordinator's, the broker's. Claims go on, log time moves by at most a minute for
# each jump, no lease that is longer is lost, people are shown the log's clock; a broker's jump raises an alarm.
# usage: clocks.sh BIN_FOLDER FOLDER_OF_LIBRARY
set -u
. "$(dirname "$0")/fleet_lib.sh"
bin=$(cd "$1" && pwd)
JUMP_MS=60000
YEARS=$((3 * 365 * 86400)) library=$2/libclock_off.so
start_brokers brokers
store=kafka://$addresses/fleet-$$
export DIBS_STORE=$store

metric() # WHICH
{
    http one /metrics | sed -n "s/^$1 //p"
}

off() # SECONDS COMMAND...: with a clock that is so much off
{
    local clock=$1
    shift
    LD_PRELOAD=$library CLOCK_OFF=$clock "$@"
}

# is_held KEY: bob is told that alice holds it
is_held()
{
    expect 1 'held by "alice"' "$bin/dibs" claim "$1" --session bob
}

start_dibsd one --create-topics
expect 0 granted "$bin/dibs" claim task:long --ttl 10m --session alice
[ "$(off $YEARS date +%Y)" -gt "$(date +%Y)" ] || complain 'no clock was faked'

# --- an agent's clock
agents=0
for clock in $YEARS -$YEARS; do
    expect 0 granted off $clock "$bin/dibs" claim "task:agent/$((++agents))" --session alice
    expect 1 'held by "alice"' off $clock "$bin/dibs" claim task:long --session bob
    year=$(off $clock "$bin/dibs" show task:long --json | sed 's/.*"since":"\([0-9]*\)-.*/\1/')
    [ "$year" = "$(date -u +%Y)" ] || complain "with a clock of $clock it is held since the year $year"
done

# --- a coordinator's
stop_dibsd one 0
export CLOCK_OFF=-$YEARS
LD_PRELOAD=$library start_dibsd one
unset CLOCK_OFF
is_held task:long
expect 0 granted "$bin/dibs" claim task:coordinator --session alice
[ "$(metric dibs_clock_jumps_total)" = 0 ] || complain 'a clock of its own that is off is taken for a jump of the log'
stop_dibsd one 0
start_dibsd one
is_held task:long

# moved CLOCK: the broker comes again with that clock ("": the true one); how far log time went beside the time that passed
moved()
{
    local began before
    began=$(now_ms) before=$(metric dibs_log_time_ms)
    "$broker" stop "$folder/brokers" 1
    # shellcheck disable=SC2086 # nothing or two words
    "$broker" start "$folder/brokers" 1 ${1:+--clock "$1"} || { echo "no broker with a clock of ${1:-now}"; exit 1; }
    expect 0 granted env DIBS_PATIENCE=1m "$bin/dibs" claim "task:broker/$began" --session alice
    beside=$(($(metric dibs_log_time_ms) - before - ($(now_ms) - began)))
    echo "clock ${1:-true}: log time went $beside ms beside the clock"
}

# --- the broker's: three years ahead, then back
moved +3y
[ $beside -le $JUMP_MS ] || complain "a jump ahead moved log time by $beside ms, $JUMP_MS are allowed"
[ $beside -ge $((JUMP_MS / 2)) ] || complain "it did not jump: $beside ms"
[ "$(metric dibs_clock_jumps_total)" -ge 1 ] && grep -q 'event=clock.*jumped ahead' "$folder/one.log" || complain 'no alarm'
is_held task:long
"$bin/dibs" list --json >"$folder/said"
[ "$(grep -c '"kind":"claim"' "$folder/said")" -ge 4 ] || complain "claims are lost: $(cat "$folder/said")"
expect 0 granted "$bin/dibs" claim task:short --ttl 5s --session carol
expect 0 granted "$bin/dibs" claim task:short --session dave --wait=1m # a lease ends in its time
jumps=$(metric dibs_clock_jumps_total)
moved ''
[ $beside -le 1000 ] || complain "a clock set back moved log time ahead by $beside ms"
[ "$(metric dibs_clock_jumps_total)" -gt "$jumps" ] && grep -q 'event=clock.*went back' "$folder/one.log" || complain 'no alarm for a clock set back'
is_held task:long
moved -3y
is_held task:long
moved ''
is_held task:long
[ $beside -le $JUMP_MS ] || complain "coming back from the past moved log time by $beside ms"
expect 0 granted "$bin/dibs" claim task:short2 --ttl 5s --session carol
expect 0 granted "$bin/dibs" claim task:short2 --session dave --wait=1m

# A start anew, and a replay, come to the same; decisions that are stamped with other years are found.
stop_dibsd one 0
start_dibsd one
is_held task:long
stop_dibsd one 0
same_as_replay one
expect 0 equal "$bin/dibs" replay --verify --operator-key "$operator_key"
exit $failed
