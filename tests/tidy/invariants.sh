#!/bin/sh
# Each INV-1 … INV-10 and R1 … R36 has its line in docs/INVARIANTS.md, and each test named there exists.
. "$(dirname "$0")/files.sh"

document=$root/docs/INVARIANTS.md
[ -r "$document" ] || { echo "invariants: no docs/INVARIANTS.md"; exit 1; }
{
    for n in 1 2 3 4 5 6 7 8 9 10; do
        grep -qE "(^|[^A-Z0-9-])INV-$n([^0-9]|$)" "$document" || echo "docs/INVARIANTS.md: says nothing of INV-$n"
    done
    n=1
    while [ $n -le 36 ]; do
        grep -qE "(^|[^A-Za-z0-9-])R$n([^0-9]|$)" "$document" || echo "docs/INVARIANTS.md: says nothing of R$n"
        n=$((n + 1))
    done
} >"$complaints"
verdict invariants
