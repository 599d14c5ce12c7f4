#!/bin/sh
# Sees run.sh complain of a guard that nobody misses, of lines that do not apply or build, of tests that are not there or
# fail anyway; and that each invariant and rule has a line in the table.
#
#   self_test.sh BUILD_FOLDER
set -u
here=$(cd "$(dirname "$0")" && pwd)
build=${1:?usage: self_test.sh BUILD_FOLDER}
table=$(mktemp) && trap 'rm -f "$table"' EXIT
failed=0

# expect WORDS NAME FILE OLD NEW TEST: run.sh fails and says the words
expect()
{
    words=$1
    shift
    printf '%s\t%s\t%s\t%s\t%s\n' "$@" >"$table"
    if said=$(DIBS_MUTANTS=$table sh "$here/run.sh" "$build" 2>&1) || ! printf '%s\n' "$said" | grep -qF -e "$words"; then
        echo "expected '$words', said: $said"
        failed=1
    fi
}

noted='own->flags |= CLAIM_YOURS_TOLD;'
yours=R13.cancel_does_not_give_back_what_a_later_claim_was_told_yours_on
expect "survives R13.a_renewal_is_no_yes_told" R13-elsewhere core/yours.c "$noted" '(void)own;' R13.a_renewal_is_no_yes_told
expect "survives $yours" R13-nothing core/yours.c "$noted" "$noted" $yours
expect "no longer applies to core/yours.c" R13-gone core/yours.c 'own->flags |= CLAIM_MINE;' '' $yours
expect "no longer applies to core/yours.c" R13-twice core/yours.c 'expires_ms' '' $yours
expect "does not build" R13-broken core/yours.c "$noted" 'own->' $yours
expect "there is no test R13.nothing" R13-nobody core/yours.c "$noted" '(void)own;' R13.nothing

for rule in $(seq -f 'INV-%g' 10) $(seq -f 'R%g' 36); do
    grep -q "^$rule-" "$here/mutants.tsv" || { echo "mutants.tsv: no guard of $rule is taken out"; failed=1; }
done
exit $failed
