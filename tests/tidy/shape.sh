#!/bin/sh
# The shape of each file: says first what it is for, no tabs, no trailing blanks, at most 300 lines (tests: 450), functions that fit
# on a screen. Longer ones are listed, with the reason, in shape.allow.
. "$(dirname "$0")/files.sh"

(cd "$root" && files_at=$(files '*.c' '*.h') && [ -n "$files_at" ] &&
    awk -v allow="${2:-$here/shape.allow}" -v report="$complaints.report" -f "$here/shape.awk" $files_at) >"$complaints" 2>&1
(cd "$root" && for file in $(files '*.c' '*.h' '*.sh' '*.awk' '*.md' '*.cmake' 'CMakeLists.txt' '*/CMakeLists.txt'); do
    [ -z "$(tail -c 1 "$file")" ] || echo "$file: the last line has no newline"
done) >>"$complaints"
(cd "$root" && for file in $(files '*.sh' '*.awk' '*.cmake' check quickstart .ci/run 'examples/*'); do
    case $file in
        *.jsonl | *.md | *.c | *.h | *CMakeLists.txt) continue ;;
    esac
    sed -n '1,3p' "$file" | grep -v '^#!' | grep -q '^# ' || echo "$file:1: does not say what it is for"
done) >>"$complaints"
cat "$complaints.report" && rm -f "$complaints.report"
verdict shape
