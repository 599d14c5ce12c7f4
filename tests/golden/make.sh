#!/bin/sh
# Makes the golden logs and expected.tsv anew: one seed of each of the simulator's profiles. Only for a deliberate change
# of the rules; the diff of expected.tsv is then to be read.
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
"$build/tests/golden/test_golden" --print "$here"/*.log >"$here/expected.tsv"
cat "$here/expected.tsv"
