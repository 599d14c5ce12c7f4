#!/bin/sh
# Makes the golden logs and expected.tsv anew: one seed of each of the simulator's profiles, one with prefixes, one in
# which ideas are denied in each way, and one with all of supply. Only for a deliberate change of the rules, or a new log; the diff of expected.tsv is
# then to be read.
#
#   make.sh BUILD_FOLDER [NAME...]     only these logs (queue, prefix, ideas...)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=${1:?usage: make.sh BUILD_FOLDER [NAME...]}
shift
wanted=" $* "
trap 'rm -f "$here/said"' EXIT

is_wanted()
{
    [ "$wanted" = "  " ] || case $wanted in *" $1 "*) ;; *) return 1 ;; esac
}

# make_log NAME RECORDS WHAT AWK: the first seed in whose story the awk program finds what it looks for (its exit status)
make_log()
{
    is_wanted "$1" || return 0
    seed=1
    until "$build/bin/sim" --one $seed --records "$2" --verbose >"$here/said" && awk "$4" "$here/said"; do
        seed=$((seed + 1))
    done
    "$build/bin/sim" --one $seed --records "$2" --write "$here/new.log" >/dev/null
    { echo "# seed $seed, $3: offset, ts, payload, then which tokens are whose"; cat "$here/new.log"; } >"$here/$1.log"
    rm "$here/new.log"
}

for profile in queue sets handover limits time rows mess bulk; do
    make_log $profile 60 "profile $profile" "/ok: profile $profile,/ { found = 1 } END { exit !found }"
done
# A bare ENG-5 is granted as a tracker's.
make_log prefix 60 "with prefixes of trackers" "
    / claim .*key='[A-Za-z0-9_]+-[0-9]+'/ { bare = 1; next }
    bare && /granted .(jira|linear):/ { found = 1 }
    { bare = 0 }
    END { exit !found }"
# Denied as the same, left to the asker, by a label, and like something that is done; warned of, and asked for.
make_log ideas 90 "profile ideas" '
    /denied similar .* maybe/ { maybe = 1 }
    /denied similar .* same/ { same = 1 }
    /denied similar .* linked/ { linked = 1 }
    /granted .*\(like / { warned = 1 }
    /report \(like / { asked = 1 }
    /\(like .* done/ { done = 1 }
    /ok: profile ideas,/ { profile = 1 }
    END { exit !(maybe && same && linked && warned && asked && done && profile) }'
# Work that is offered, offered again, refused as done and for a cycle, taken back, picked, picked from a family that is at
# work, waited for, given up so that it rests, lacking a capability, closed with a reward; a claim is told of supply; and a
# category has a target of its own.
make_log supply 240 "with supply" '
    /^@/ { asked[$4] = substr($1, 2); verb = $5 }
    / ->.* granted .* looked / && $2 >= asked[$5] + 1 { served = 1 }
    / ->.* granted .* penalty [1-9]/ { spread = 1 }
    verb == "offer" && / ->.* cycle/ { cycle = 1 }
    verb == "offer" && / ->.* updated / { updated = 1 }
    verb == "offer" && / ->.* already_done/ { done = 1 }
    verb == "withdraw" && / ->.* \{accepted/ { withdrawn = 1 }
    / drained .*obstacle 3/ { rested = 1 }
    / drained .*obstacle 5/ { lacking = 1 }
    / close done .* reward=/ { rewarded = 1; next }
    rewarded == 1 { rewarded = / ->.* accepted / ? 2 : 0 }
    / configure .* steer_target=[0-9]+ of=/ { aimed = 1; next }
    aimed == 1 { aimed = / ->.* accepted/ ? 2 : 0 }
    verb == "claim" && / ->.* held .* supply / { told = 1 }
    END { exit !(served && spread && cycle && updated && done && withdrawn && rested && lacking &&
        rewarded == 2 && told && aimed == 2) }'
"$build/tests/golden/test_golden" --print "$here"/*.log >"$here/expected.tsv"
cat "$here/expected.tsv"
