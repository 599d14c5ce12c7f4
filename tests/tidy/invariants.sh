#!/bin/sh
# Each INV-1 … INV-10 and R1 … R36 has its row in docs/INVARIANTS.md, and each test that a row names exists: `suite.name`
# (Criterion), the name of a test that a CMakeLists.txt registers, or a file under tests/. With --whole, no row of these
# may be without a test.
# usage: invariants.sh [--whole] [ROOT]
whole=
[ "${1:-}" = --whole ] && { whole=1; shift; }
. "$(dirname "$0")/files.sh"

document=docs/INVARIANTS.md
cd "$root" || exit 1
[ -r "$document" ] || { echo "invariants: no $document"; exit 1; }

# What can be named: `suite.name`, names given to the functions of cmake/dibs.cmake, files.
names=$(mktemp) && trap 'rm -f "$complaints" "$names"' EXIT
{
    files 'tests/*.c' | xargs grep -hoE '^(Parameterized)?Test\([A-Za-z_0-9]+, *[a-z_0-9]+' /dev/null |
        sed -E 's/^[A-Za-z]*\(([A-Za-z_0-9]+), */\1./'
    files '*CMakeLists.txt' | xargs grep -hoE '(dibs_(unit|plain|script|fuzz)_[a-z]+|dibs_fuzz_of|dibs_program|check_test|add_test)\([^)]*' \
        /dev/null | sed -E 's/^[a-z_]+\(//' | tr ' ' '\n'
    files 'tests/*' | sed -E 'p; s,^tests/,,p; s,.*/,,; s,\.[a-z]+$,,'
} | sort -u >"$names"

awk -F'|' -v whole="$whole" -v document="$document" -v names="$names" '
    BEGIN {
        while ((getline name <names) > 0)
            known[name]
    }
    function complain(words) { print document ":" words }
    /^\| *(INV-|R|S)[0-9]+ *\|/ {
        rule = $2
        gsub(/ /, "", rule)
        seen[rule]
        cell = $(NF - 1)
        if (whole && rule !~ /^S/ && cell ~ /^ *$/)
            complain(NR ": " rule " names no test")
        while (match(cell, /`[^`]+`/)) {
            name = substr(cell, RSTART + 1, RLENGTH - 2)
            cell = substr(cell, RSTART + RLENGTH)
            if (!(name in known))
                complain(NR ": " rule " names the test " name ", which is not there")
        }
    }
    END {
        for (n = 1; n <= 10; n++)
            if (!(("INV-" n) in seen))
                complain(" INV-" n " has no row")
        for (n = 1; n <= 36; n++)
            if (!(("R" n) in seen))
                complain(" R" n " has no row")
    }' "$document" >"$complaints"
verdict invariants
