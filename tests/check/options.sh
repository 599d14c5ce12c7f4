#!/bin/sh
# The options of ./check and ./quickstart: help, the list, and a clear refusal of what they don't know.
set -u
failed=0

# expect STATUS WORDS COMMAND...: exit status and a word of what it says
expect()
{
    status=$1 words=$2
    shift 2
    said=$("$@" 2>&1)
    got=$?
    if [ $got -ne "$status" ] || ! printf '%s\n' "$said" | grep -q -e "$words"; then
        echo "$*: exit $got (expected $status), said: $said"
        failed=1
    fi
}

expect 0 'usage: ./check' ./check --help
expect 0 '^golden ' ./check --list
expect 2 'no part' ./check --only nonsense
expect 2 'needs the name' ./check --only
expect 2 'unknown option' ./check --nonsense
expect 0 'usage: ./quickstart' ./quickstart --help
expect 2 'unknown option' ./quickstart --nonsense
exit $failed
