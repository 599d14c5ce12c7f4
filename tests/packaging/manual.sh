#!/bin/sh
# The manual pages: well formed, as mandoc and man see them, and with every command, option, exit code and variable.
# usage: manual.sh DIBS SOURCE [DIBSD]
set -u
dibs=$1 source=$2
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
export MANWIDTH=200 MAN_KEEP_FORMATTING='' LC_ALL=C
failed=0

# page NAME [COMMAND]: its text is left in $folder/text
page()
{
    "$dibs" help --man ${2:+"$2"} >"$folder/$1.1" || { echo "$1: no page"; failed=1; }
    look "$1.1"
}
look()
{
    mandoc -T lint -W warning "$folder/$1" || failed=1
    man --warnings -l "$folder/$1" >"$folder/text" 2>"$folder/warnings" || failed=1
    [ ! -s "$folder/warnings" ] || { echo "$1:"; cat "$folder/warnings"; failed=1; }
}
has()
{
    grep -qF -e "$2" "$folder/text" || { echo "$1: nothing of $2"; failed=1; }
}

commands=$("$dibs" help | awk '/^  [a-z]/ { print $1 }')
page dibs
variables=$(cd "$source" && grep -rhoE '(getenv|environment|user_directory)\("[A-Z_]+"' agent-shim base log coordinator/core |
    cut -d '"' -f 2 | sort -u)
[ "$(echo "$variables" | wc -l)" -gt 10 ] || { echo "dibs reads no variables?"; failed=1; }
for word in $commands $variables --json 'EXIT STATUS' 'Exit codes: 0 yes' 'dibsd(8)' CLI.md; do
    has dibs "$word"
done
for command in $commands; do
    page "dibs-$command" "$command"
    has "dibs-$command" "dibs $command"
    for option in $("$dibs" help "$command" | grep -oE '^  --[a-z-]+'); do
        has "dibs-$command" "$option"
    done
done
page dibs-exec exec
has dibs-exec '125 the lease was lost'
for variable in $(grep -hoE '"DIBS_[A-Z_]+' "$source"/agent-shim/cli/exec_environment.c "$source"/agent-shim/cli/exec_child.c | tr -d '"'); do
    has dibs-exec "$variable"
done
if [ -n "${3:-}" ]; then
    "$3" --man >"$folder/dibsd.8" || { echo "dibsd: no page"; failed=1; }
    look dibsd.8
    for word in $("$3" --help | grep -oE '^  --[a-z-]+') 'recover --operator-key FILE' 'SIGUSR1' 'EXIT STATUS'; do
        has dibsd "$word"
    done
    for status in $("$3" --help | sed -n '/^Exit status/,$ s/^ *\([0-9][0-9]*\)  .*/\1/p'); do
        grep -qE "^ +$status +[a-z]" "$folder/text" || { echo "dibsd: nothing of exit status $status"; failed=1; }
    done
fi
exit $failed
