#!/bin/sh
# The text speaks of the project alone: no paths of a machine, no addresses of a network at home, no left-over marks.
. "$(dirname "$0")/files.sh"

files | grep -vE '^(examples/data/.*\.jsonl|tests/golden/.*|tests/fuzz/corpus/.*|tests/tidy/(places|self_test)\.sh)$' |
    (cd "$root" && xargs -d '\n' grep -nIE \
        -e '(^|[^[:alnum:]_.$}])/((work|root|Users)/|home/[a-ln-z])' -e '/tmp/[a-z]+/wt' \
        -e '(^|[^0-9.])(10|192\.168|172\.(1[6-9]|2[0-9]|3[01]))\.[0-9]+\.[0-9]+\.?[0-9]*([^0-9.]|$)' \
        -e '^(<<<<<<<|>>>>>>>)' -e '\b(FIXME|XXX)\b' /dev/null) >"$complaints"
verdict places
