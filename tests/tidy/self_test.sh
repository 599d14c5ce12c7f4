#!/bin/sh
# Feeds each check of this folder something bad and sees it complain, and something good and sees it content.
set -u
here=$(cd "$(dirname "$0")" && pwd)
nm=${1:-nm} cc=${2:-cc}
tree=$(mktemp -d) && trap 'rm -rf "$tree"' EXIT
failed=0

# bad CHECK 'COMPLAINT' — or good CHECK '' — run on $tree: its exit status and the words it must say
expect()
{
    kind=$1 words=$2
    shift 2
    said=$("$@" 2>&1)
    status=$?
    if [ "$kind" = good ] && [ $status -eq 0 ]; then
        return
    elif [ "$kind" = bad ] && [ $status -ne 0 ] && printf '%s\n' "$said" | grep -q -F -e "$words"; then
        return
    fi
    echo "$kind: $*: exit $status, expected to say '$words', said: $said"
    failed=1
}

# file PATH LINE...: a file of the tree, one line an argument
file()
{
    path=$tree/$1
    shift
    mkdir -p "${path%/*}"
    printf '%s\n' "$@" >"$path"
}

fresh()
{
    rm -rf "$tree" && mkdir "$tree"
    file coordinator/core/fine.c '/* Fine. */' '#include "base/check.h"' '#include <string.h>' '' \
        'int fine(void)' '{' '    return 1;' '}'
}

wall()
{
    fresh
    file "$1" '/* Bad. */' "#include $2"
    expect bad "$1:2: $3" sh "$here/doors.sh" "$tree"
}

expect bad 'there are no files' sh "$here/doors.sh" "$tree"
expect bad 'there are no files' sh "$here/places.sh" "$tree"
fresh
expect good '' sh "$here/doors.sh" "$tree"
wall coordinator/core/bad.c '"log/log.h"' 'a wall: core may not include log'
wall coordinator/core/bad.c '"proto/codec.h"' 'a wall: core may not include proto'
wall coordinator/core/bad.c '<stdio.h>' 'the core may not see <stdio.h>'
wall coordinator/core/bad.c '<time.h>' 'the core may not see <time.h>'
wall agent-shim/cli/bad.c '"agent-shim/client.h"' 'a wall: cli may not include shim'
wall agent-shim/cli/bad.c '"base/text.h"' 'a wall: cli may not include base'
wall agent-shim/cli/bad.c '"nowhere.h"' '"nowhere.h" is neither'
wall agent-shim/bad.c '<lmdb.h>' 'lmdb.h stays behind'
wall agent-shim/bad.c '<sodium.h>' 'sodium.h stays behind'
wall log/bad.c '"dibs.pb-c.h"' 'dibs.pb-c.h stays behind'
wall log/bad.c '"proto/messages.h"' 'a wall: log may not include messages'
wall log/log_kafka.c '<librdkafka/rdkafka.h>' 'librdkafka/rdkafka.h stays behind'
wall base/bad.h '"coordinator/state/state.h"' 'a wall: base may not include state'
wall proto/bad.c '"coordinator/state/state.h"' 'a wall: proto may not include state'
wall coordinator/state/bad.c '"coordinator/core/apply.h"' 'a wall: state may not include core'
wall include/dibs/bad.h '<stdio.h>' 'the public headers may not see <stdio.h>'
wall cellar/bad.c '<stdio.h>' 'is in no room'

shape()
{
    fresh
    file base/bad.c "$2" "$3" "$4"
    expect bad "$1" sh "$here/shape.sh" "$tree"
}

fresh
expect good '' sh "$here/shape.sh" "$tree"
shape 'base/bad.c:1: the first line does not say' '#include <string.h>' '' ''
shape 'base/bad.c:2: a tab' '/* Bad. */' "int$(printf '\t')i;" ''
shape 'base/bad.c:2: blanks at the end' '/* Bad. */' 'int i; ' ''
fresh
awk 'BEGIN { print "/* Long. */"; for (n = 0; n < 300; n++) print "extern int i;" }' >"$tree/coordinator/core/long.c"
expect bad 'coordinator/core/long.c:301: 301 lines, at most 300' sh "$here/shape.sh" "$tree"
printf '%s\n' '# None.' 'coordinator/core/long.c 301 so that it is allowed' >"$tree/allow"
expect good '' sh "$here/shape.sh" "$tree" "$tree/allow"
fresh
awk 'BEGIN { print "/* Long. */\nstatic void lengthy(int i)\n{"; for (n = 0; n < 71; n++) print "    i++;"; print "}" }' \
    >"$tree/coordinator/core/long.c"
expect bad 'coordinator/core/long.c:3: lengthy has 71 lines, at most 70' sh "$here/shape.sh" "$tree"
fresh
printf '/* No newline. */' >"$tree/coordinator/core/bad.c"
expect bad 'coordinator/core/bad.c: the last line has no newline' sh "$here/shape.sh" "$tree"
fresh
file tools/bad.sh '#!/bin/sh' 'exit 0'
expect bad 'tools/bad.sh:1: does not say what it is for' sh "$here/shape.sh" "$tree"

place()
{
    fresh
    file docs/bad.md '# Bad' "$1"
    expect bad 'docs/bad.md:2:' sh "$here/places.sh" "$tree"
}

fresh
expect good '' sh "$here/places.sh" "$tree"
place 'see /work/notes'
place 'in /home/somebody/dibs'
place 'at http://10.1.2.3/x'
place '>>>>>>> theirs'
place 'FIXME later'

if command -v clang-format >/dev/null 2>&1; then
    fresh
    cp "$here/../../.clang-format" "$tree/"
    expect good '' sh "$here/format.sh" "$tree"
    file base/bad.c '/* Bad. */' 'int  two(void) { return 2; }'
    expect bad 'base/bad.c:2: not as clang-format writes it' sh "$here/format.sh" "$tree"
    sh "$here/format.sh" --fix "$tree"
    expect good '' sh "$here/format.sh" "$tree"
fi

fresh
expect bad 'no docs/INVARIANTS.md' sh "$here/invariants.sh" "$tree"
mkdir "$tree/docs"
awk 'BEGIN {
    for (n = 1; n <= 10; n++) print "| INV-" n " | law | where | `claim.is_held` |"
    for (n = 1; n <= 36; n++) print "| R" n " | law | where | |" }' >"$tree/docs/INVARIANTS.md"
expect bad 'INV-1 names the test claim.is_held, which is not there' sh "$here/invariants.sh" "$tree"
file tests/unit/test_claim.c '/* Claims. */' 'Test(claim, is_held)'
expect good '' sh "$here/invariants.sh" "$tree"
expect bad 'R1 names no test' sh "$here/invariants.sh" --whole "$tree"
sed -i '/^| R3 /d; /^| INV-1 /d' "$tree/docs/INVARIANTS.md"
expect bad 'R3 has no row' sh "$here/invariants.sh" "$tree"
expect bad 'INV-1 has no row' sh "$here/invariants.sh" "$tree"

# Purity: an archive that asks for the time, one that does not, one that isn't there.
fresh
file pure.c 'int check_failed(void);' 'int pure(void) { return check_failed(); }'
file impure.c '#include <time.h>' 'long impure(void) { return (long)time(0); }'
(cd "$tree" && "$cc" -c pure.c impure.c && ar rcs pure.a pure.o && ar rcs impure.a pure.o impure.o) || failed=1
expect good '' sh "$here/purity.sh" "$nm" "$tree/pure.a"
expect bad 'the core calls time' sh "$here/purity.sh" "$nm" "$tree/impure.a"
expect bad 'no archive' sh "$here/purity.sh" "$nm" "$tree/none.a"

file base/check.h '/* Check. */'
expect good '' sh "$here/strict_core.sh" "$cc" "$tree"
file coordinator/core/bad.c '/* Bad. */' '#include <time.h>' 'int clock_of_the_host(struct timespec *at);' \
    'int clock_of_the_host(struct timespec *at)' '{' '    return clock_gettime(CLOCK_REALTIME, at);' '}'
expect bad 'clock_gettime' sh "$here/strict_core.sh" "$cc" "$tree"

exit $failed
