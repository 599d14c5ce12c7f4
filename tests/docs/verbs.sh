#!/bin/sh
# Whatever the documents call a command or an option of dibs is one: `dibs VERB`, and `--option` after it.
# usage: verbs.sh DIBS DOCUMENT...
set -u
dibs=$1
shift
bad=0
mentioned=$(mktemp) && trap 'rm -f "$mentioned"' EXIT
grep -noE '(`|^|\$\()dibs [a-z]+[^`]*' "$@" /dev/null | sed -E 's/^([^:]*:[0-9]*):[`$(]*/\1 /' >"$mentioned"
[ -s "$mentioned" ] || { echo "no command of dibs is mentioned in $*"; exit 1; }
while read -r place _ verb rest; do
    help=$("$dibs" help "$verb" 2>&1) || { echo "$place: there is no \`dibs $verb\`"; bad=1; continue; }
    for word in $rest; do
        option=$(printf '%s\n' "$word" | grep -oE '^\[?--[a-z-]+' | tr -d '[')
        [ -z "$option" ] || printf '%s\n' "$help" | grep -qE -e "(^|[^a-z-])$option([^a-z-]|\$)" || {
            echo "$place: \`dibs $verb\` has no $option"
            bad=1
        }
    done
done <"$mentioned"
exit $bad
