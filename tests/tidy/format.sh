#!/bin/sh
# Is every C file as clang-format would write it? With --fix it is made so.
# usage: format.sh [--fix] [ROOT]
fix=
[ "${1:-}" = --fix ] && { fix=1; shift; }
. "$(dirname "$0")/files.sh"

command -v clang-format >/dev/null 2>&1 || { echo "format: there is no clang-format; ./check installs it"; exit 1; }
cd "$root" || exit 1
root=.
if [ -n "$fix" ]; then
    files '*.c' '*.h' | xargs clang-format -i
    exit
fi
files '*.c' '*.h' | while IFS= read -r file; do
    clang-format "$file" | diff -U0 "$file" - >"$complaints.diff" ||
        awk -v file="$file" '/^@@/ { sub(/^-/, "", $2); split($2, at, ","); print file ":" at[1] ": not as clang-format writes it" }' \
            "$complaints.diff"
done >"$complaints"
rm -f "$complaints.diff"
verdict format || { echo "mend it with: sh tests/tidy/format.sh --fix"; exit 1; }
