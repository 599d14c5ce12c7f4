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
files '*.c' '*.h' | xargs clang-format --dry-run -Werror 2>&1 | grep -E ': (error|warning): ' |
    sed -E 's/:[0-9]+: error: .*clang-formatted.*/: not as clang-format writes it/' >"$complaints"
verdict format || { echo "mend it with: sh tests/tidy/format.sh --fix"; exit 1; }
