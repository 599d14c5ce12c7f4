#!/bin/sh
# Makes the golden logs and expected.tsv anew: one seed of each of the simulator's profiles, and one with prefixes. Only
# for a deliberate change of the rules; the diff of expected.tsv is then to be read.
#
#   make.sh BUILD_FOLDER
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=${1:?usage: make.sh BUILD_FOLDER}
rm -f "$here"/*.log
seed=1
for profile in queue sets handover limits time rows mess bulk; do
    while :; do
        said=$("$build/bin/sim" --one $seed --records 60 --write "$here/new.log")
        case $said in *"ok: profile $profile,"*) break ;; esac
        seed=$((seed + 1))
    done
    { echo "# seed $seed, profile $profile: offset, ts, payload, then which tokens are whose"; cat "$here/new.log"; } \
        >"$here/$profile.log"
    rm "$here/new.log"
done
# One in which a bare ENG-5 is granted as a tracker's.
seed=1
while :; do
    "$build/bin/sim" --one $seed --records 60 --verbose >"$here/said"
    awk "/ claim .*key='[A-Za-z0-9_]+-[0-9]+'/ { bare = 1; next }
         bare && /granted .(jira|linear):/ { found = 1 }
         { bare = 0 }
         END { exit !found }" "$here/said" && break
    seed=$((seed + 1))
done
rm "$here/said"
"$build/bin/sim" --one $seed --records 60 --write "$here/new.log" >/dev/null
{ echo "# seed $seed, with prefixes of trackers: offset, ts, payload, then which tokens are whose"; cat "$here/new.log"; } \
    >"$here/prefix.log"
rm "$here/new.log"
"$build/tests/golden/test_golden" --print "$here"/*.log >"$here/expected.tsv"
cat "$here/expected.tsv"
