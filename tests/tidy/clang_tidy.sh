#!/bin/sh
# clang-tidy over the rooms (not the tests), with what .clang-tidy asks for.
# usage: clang_tidy.sh BUILD_FOLDER JOBS [ROOT]
build=$1 jobs=$2
shift 2
. "$(dirname "$0")/files.sh"

cd "$root" || exit 1
[ -r "$build/compile_commands.json" ] || { echo "clang_tidy: no $build/compile_commands.json"; exit 1; }
files '*.c' | grep -vE '^(tests|bench|examples)/' | xargs -P "$jobs" -n 4 clang-tidy -p "$build" --quiet >"$complaints" \
    2>"$complaints.errors"
status=$?
[ $status -eq 0 ] || { cat "$complaints"; grep -v 'warnings\? generated' "$complaints.errors"; }
rm -f "$complaints.errors"
exit $status
