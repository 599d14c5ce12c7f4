#!/bin/sh
# Plants each bug of bugs.tsv in a copy of its file, builds a fleet simulator over it, and tells how many seeds it takes
# until the bug is found. A bug that is not found, or no longer applies, fails the run.
#
#   run.sh BUILD_FOLDER [--limit SEEDS] [NAME...]
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../../planted.sh"

# link FILE OBJECTS: the archives' own objects are not taken when the planted ones have all their symbols already.
link_sim()
{
    sources=
    case $1 in *.c) sources=$(basename "$1" .c) ;; esac
    [ "$2" = - ] || sources="$sources $2"
    objects=
    for source in $sources; do
        from=$work/$(dirname "$1")/$source.c
        [ -f "$from" ] || from=$root/$(dirname "$1")/$source.c
        ${CC:-cc} -std=c17 -D_GNU_SOURCE -O1 -w -I"$work" -I"$root" -I"$root/include" -c "$from" \
            -o "$work/$source.o" || return 1
        objects="$objects $work/$source.o"
    done
    # shellcheck disable=SC2086
    ${CC:-cc} -o "$work/fleet_sim" "$build/tests/fleet_sim/CMakeFiles/fleet_sim.dir/fleet_sim_main.c.o" $objects \
        -Wl,--start-group "$build/tests/sim/model.o" "$build/tests/fleet_sim/libdibs_fleet_sim.a" \
        "$build/tests/sim/libdibs_sim.a" "$build/coordinator/daemon/libdibs_loop.a" \
        "$build/coordinator/intake/libdibs_intake.a" "$build/agent-shim/libdibs_shim.a" "$build/log/libdibs_log.a" \
        "$build/coordinator/core/libdibs_core.a" "$build/coordinator/state/libdibs_state.a" \
        "$build/proto/libdibs_proto.a" "$build/base/libdibs_base.a" -Wl,--end-group -llmdb -lxxhash -lsodium -lpthread
}

total=0 failed=0
printf '%-24s %8s  %s\n' "planted bug" seeds "found as, and what it breaks"
while IFS=$tab read -r name file objects old new rule; do
    is_wanted "$name" || continue
    total=$((total + 1))
    if ! plant "$file" "$old" "$new"; then
        printf '%-24s %8s  %s\n' "$name" - "no longer applies to $file"
        failed=$((failed + 1))
        continue
    fi
    link_sim "$file" "$objects" || { printf '%-24s %8s  %s\n' "$name" - "does not build"; failed=$((failed + 1)); continue; }
    found=$("$work/fleet_sim" --from 0 --count "$limit" --jobs 2 --brief | sed -n 's/^seed \([0-9]*\) is wrong: /\1 /p' | head -n 1)
    if [ -z "$found" ]; then
        printf '%-24s %8s  %s\n' "$name" ">$limit" "NOT FOUND: $rule"
        failed=$((failed + 1))
    else
        printf '%-24s %8s  %s\n%34s%s\n' "$name" $((${found%% *} + 1)) "$(echo "${found#* }" | cut -c1-100)" "" "($rule)"
    fi
done <"$here/bugs.tsv"
echo "$total planted bugs, $failed not found"
[ $total -gt 0 ] && [ $failed -eq 0 ]
