#!/bin/sh
# Every test that docs/FAULTS.md names is one, and the words that it quotes stand in a test.
# usage: faults.sh DOCUMENT TESTS-FOLDER BUILD-FOLDER
set -u
document=$1 tests=$2 build=$3
bad=0
names=$(mktemp) && words=$(mktemp) && trap 'rm -f "$names" "$words"' EXIT
ctest --test-dir "$build" -N 2>/dev/null | sed -n 's/^ *Test *#[0-9]*: //p' >"$names"
named=$(grep '^|' "$document" | awk -F'|' '{ print $(NF - 1) }' | grep -oE '`[a-z_]+(\.[a-z_0-9]+)*(/[A-Za-z_0-9]+)?`' | tr -d '`')
[ -n "$named" ] || { echo "$document names no test"; exit 1; }
for name in $named; do
    grep -qxE "([a-z]+\.)?${name%%/*}(\.short)?" "$names" || { echo "$document: there is no test ${name%%/*}"; bad=1; }
    case $name in
    */*) grep -rqE "^Test\([a-z_]+, ${name#*/}[,)]" "$tests" || { echo "$document: there is no test $name"; bad=1; } ;;
    esac
done
grep '^|' "$document" | grep -oE '"[^"]+"' | tr -d '"' >"$words"
while read -r said; do
    grep -rqF -e "$said" "$tests" || { echo "$document: no test wants to hear '$said'"; bad=1; }
done <"$words"
exit $bad
