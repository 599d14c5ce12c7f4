#!/bin/sh
# Plants each bug of bugs.tsv in a copy of the core, builds a simulator over it, and tells how many seeds it takes until
# the bug is found. A bug that is not found, or no longer applies, fails the run.
#
#   run.sh BUILD_FOLDER [--limit SEEDS] [NAME...]
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../../planted.sh"

compile()
{
    ${CC:-cc} -std=c17 -D_GNU_SOURCE -O1 -w $1 -I"$work" -I"$root" -I"$root/include" -c "$work/coordinator/core/$2" \
        -o "$work/planted.o"
}

# The archive's own object is not taken when the planted one has all its symbols already.
link_sim()
{
    compile "" "$1" &&
        ${CC:-cc} -o "$work/sim" "$build/tests/sim/CMakeFiles/sim.dir/sim_main.c.o" "$work/planted.o" \
            "$build/tests/sim/model.o" "$build/tests/sim/libdibs_sim.a" "$build/coordinator/core/libdibs_core.a" \
            "$build/coordinator/state/libdibs_state.a" "$build/proto/libdibs_proto.a" "$build/base/libdibs_base.a" \
            -llmdb -lxxhash -lsodium
}

link_small()
{
    compile "-I$build/tests/sim/small" "$1" &&
        ${CC:-cc} -o "$work/sim" "$build/tests/sim/CMakeFiles/sim_small.dir/sim_main.c.o" "$work/planted.o" \
            "$build/tests/sim/model_small.o" "$build/tests/sim/libdibs_sim_small.a" "$build/base/libdibs_base.a" \
            -llmdb -lxxhash -lsodium
}

total=0 failed=0
printf '%-26s %8s  %-10s %s\n' "planted bug" seeds "found as" "what it breaks"
while IFS=$tab read -r name file old new rule; do
    is_wanted "$name" || continue
    total=$((total + 1))
    if ! plant "coordinator/core/$file" "$old" "$new"; then
        printf '%-26s %8s  %s\n' "$name" - "no longer applies to $file"
        failed=$((failed + 1))
        continue
    fi
    case $name in */small) link=link_small ;; *) link=link_sim ;; esac
    $link "$file" || { printf '%-26s %8s  %s\n' "$name" - "does not build"; failed=$((failed + 1)); continue; }
    found=$("$work/sim" --from 0 --count "$limit" --jobs 2 --quiet --brief | sed -n 's/^seed \([0-9]*\) .*differs: \([a-z]*\) .*/\1 \2/p' | head -n 1)
    if [ -z "$found" ]; then
        printf '%-26s %8s  %-10s %s\n' "$name" ">$limit" "not found" "$rule"
        failed=$((failed + 1))
    else
        printf '%-26s %8s  %-10s %s\n' "$name" $((${found% *} + 1)) "${found#* }" "$rule"
    fi
done <"$here/bugs.tsv"
echo "$total planted bugs, $failed not found"
[ $total -gt 0 ] && [ $failed -eq 0 ]
