#!/bin/sh
# What the core calls: the archive's undefined symbols against tests/tidy/purity.allow.
# usage: purity.sh NM CORE_ARCHIVE [ALLOW_FILE]
set -u
nm=$1 archive=$2 allow=${3:-$(dirname "$0")/purity.allow}
[ -r "$archive" ] || { echo "purity: no archive $archive"; exit 1; }

symbols=$("$nm" -g "$archive") || { echo "purity: nm failed on $archive"; exit 1; }
printf '%s\n' "$symbols" | awk -v allow="$allow" '
    BEGIN {
        while ((getline line <allow) > 0)
            if (line !~ /^(#|$)/)
                allowed[line]
        if (length(allowed) == 0) {
            print "purity: nothing is allowed by " allow
            bad = 1
        }
    }
    NF == 3 { defined[$3] }
    NF == 2 && $1 == "U" { used[$2] }
    END {
        for (symbol in used)
            if (!(symbol in defined) && !(symbol in allowed)) {
                print "purity: the core calls " symbol ", which tests/tidy/purity.allow does not list"
                bad = 1
            }
        exit bad
    }'
