#!/bin/bash
# Producers die for good in the middle of work (a fatal error of librdkafka's): the coordinator's under load, the agents', and
# both at once. Each is made anew by itself: no process ends, every agent gets one answer, no key has two holders, all that
# was published is what the log makes, and the state is that of a replay.
# usage: producers_die.sh BIN_FOLDER MORTAL_FOLDER [DEATHS [CLIENTS]]     (the programs with mortal.c in them)
set -u
. "$(dirname "$0")/fleet_lib.sh"
real=$(cd "$1" && pwd) mortal=$(cd "$2" && pwd) deaths=${3:-6} clients=${4:-10}
mkdir "$folder/bin"
ln -s "$real/dibs" "$folder/bin/dibs"
ln -s "$mortal/dibsd_mortal" "$folder/bin/dibsd"
ln -s "$mortal/load_mortal" "$folder/bin/load"
bin=$folder/bin
start_brokers brokers
store=kafka://$addresses/fleet-$$
start_dibsd coordinator --create-topics
"$bin/dibs" configure claims_per_minute=1000000 --store "$store" --operator-key "$operator_key" >/dev/null || exit 1
start_load --clients "$clients"

told() # what, name of a log: how many times
{
    grep -c "^mortal: $1" "$folder/$2.log"
}

# die PID LOG NUMBER: ordered, and waited for until so many have died and are made anew
die()
{
    local died opened
    died=$(($(told died "$2") + $3)) opened=$(($(told opened "$2") + $3))
    kill -RTMIN "$1" || { complain "$2: it has ended: $(tail -n 3 "$folder/$2.log")"; return; }
    for _ in $(seq 300); do
        [ "$(told died "$2")" -ge "$died" ] && [ "$(told opened "$2")" -ge "$opened" ] && return
        sleep 0.1
    done
    complain "$2: $(told died "$2") producers died, $died should have; $(told opened "$2") were opened, of $opened"
}

# Ready again, and it answers.
comes_back()
{
    for _ in $(seq 300); do
        http coordinator /readyz >/dev/null && return
        sleep 0.1
    done
    complain "the coordinator did not get ready again: $(tail -n 3 "$folder/coordinator.log")"
}

for death in $(seq "$deaths"); do
    case $((death % 3)) in
        0) die "${dibsd_pid[coordinator]}" coordinator 1; die "$load" load "$clients" ;;
        1) die "${dibsd_pid[coordinator]}" coordinator 1 ;;
        2) die "$load" load "$clients" ;;
    esac
    comes_back
    expect 0 '' "$bin/dibs" claim "task:after-$death" --store "$store" --session "after-$death"
done
say_now "$(told died coordinator) of the coordinator's producers and $(told died load) of the agents' died"
fatal=$(grep -c 'event=fatal' "$folder/coordinator.log")
[ "$fatal" -ge "$(told died coordinator)" ] || complain "the coordinator noticed only $fatal deaths"
sed -i '/^mortal: /d' "$folder/load.log"
end_load
stop_dibsd coordinator 0
same_as_replay coordinator
exit $failed
