#!/bin/sh
# Takes one guard after the other out of a copy of the coordinator (mutants.tsv), and sees that the test which is named
# beside it fails. A guard that nobody misses, or a line that no longer applies or builds, fails the run.
#
#   run.sh BUILD_FOLDER [--every N] [NAME...]
#
# NAME is a line's name or a rule (R13, INV-1). --every N builds each Nth line, the others need only apply. The scenarios'
# own words alone judge (DIBS_PLAY_CORE_ALONE, tests/unit/rules/play.h), so what a test promises it must say itself.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=${1:?usage: run.sh BUILD_FOLDER [--every N] [NAME...]}
build=$(cd "$build" && pwd) || exit 1
shift
every=1
[ "${1:-}" = --every ] && { every=$2; shift 2; }
wanted=" $* "
table=${DIBS_MUTANTS:-$here/mutants.tsv}
work=$(mktemp -d "${TMPDIR:-/tmp}/dibs-mutants-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
tab=$(printf '\t')
export TMPDIR="$work" DIBS_PLAY_CORE_ALONE=1

# replace FILE OLD NEW: the one place where OLD stands, literally
replace()
{
    OLD=$2 NEW=$3 awk '
        { rest = $0
          while (at = index(rest, ENVIRON["OLD"])) { found++; rest = substr(rest, at + 1) }
          at = index($0, ENVIRON["OLD"])
          if (at) $0 = substr($0, 1, at - 1) ENVIRON["NEW"] substr($0, at + length(ENVIRON["OLD"]))
          print }
        END { exit found == 1 ? 0 : 1 }' "$1" >"$1.new" && mv "$1.new" "$1"
}

# compile FILE: a file of coordinator/, or the changed copy of it
compile()
{
    source=$root/coordinator/$1
    [ -r "$work/coordinator/$1" ] && source=$work/coordinator/$1
    ${CC:-cc} -std=c17 -D_GNU_SOURCE -O0 -w -I"$work" -I"$root" -I"$root/include" -c "$source" \
        -o "$work/$(basename "$1").o"
}

# What was compiled comes first: the archive's own object is not taken when the new one has all its symbols already.
link_rules()
{
    ${CC:-cc} -o "$work/rules" "$build"/tests/unit/rules/CMakeFiles/unit_rules.dir/*.o $(ls "$work"/*.o 2>/dev/null) \
        "$build/tests/sim/libdibs_sim.a" "$build/coordinator/core/libdibs_core.a" \
        "$build/coordinator/state/libdibs_state.a" "$build/proto/libdibs_proto.a" "$build/tests/sim/libdibs_model_door.a" \
        "$build/base/libdibs_base.a" -lcriterion -llmdb -lxxhash -lsodium
}

# build_mutant FILE: after a changed header, all that may include it
build_mutant()
{
    case $1 in
        *.h) files=$(cd "$root/coordinator" && ls core/*.c) ;;
        *) files=$1 ;;
    esac
    for one in $files; do
        compile "$one" || return 1
    done
    link_rules
}

# fails TEST: 0 it fails, 1 it passes, 2 there is no such test
fails()
{
    said=$(timeout 60 "$work/rules" --filter "${1%%.*}/${1#*.}" 2>&1)
    status=$?
    [ $status -eq 124 ] && return 0
    case $said in *"Tested: 1 "*) ;; *) return 2 ;; esac
    [ $status -ne 0 ]
}

total=0 failed=0 line=0
complain()
{
    printf '%-30s %s\n' "$name" "$1"
    failed=$((failed + 1))
}

link_rules && mv "$work/rules" "$work/sound" || exit 1
printf '%-30s %s\n' "guard taken out" "caught by"
while IFS=$tab read -r name file old new test; do
    case $name in '' | '#'*) continue ;; esac
    rule=$(echo "$name" | sed -E 's/^(INV-[0-9]+|[RS][0-9]+).*/\1/')
    [ "$wanted" = "  " ] || case $wanted in *" $name "* | *" $rule "*) ;; *) continue ;; esac
    line=$((line + 1))
    rm -rf "$work/coordinator" "$work"/*.o && mkdir -p "$work/coordinator/$(dirname "$file")"
    cp "$root/coordinator/$file" "$work/coordinator/$file" || exit 1
    replace "$work/coordinator/$file" "$old" "$new" || { complain "no longer applies to $file"; continue; }
    [ $((line % every)) -eq 0 ] || continue
    total=$((total + 1))
    build_mutant "$file" || { complain "does not build"; continue; }
    fails "$test"
    case $? in
        0) ;;
        1) complain "survives $test"; continue ;;
        *) complain "there is no test $test"; continue ;;
    esac
    cp "$work/sound" "$work/rules"
    fails "$test" && { complain "$test fails with the guard in place, too"; continue; }
    printf '%-30s %s\n' "$name" "$test"
done <"$table"
echo "$total guards taken out, $failed complaints"
[ $total -gt 0 ] && [ $failed -eq 0 ]
