#!/bin/sh
# Which room may include which: the doors between the rooms, and the one file or folder behind which a library stays.
. "$(dirname "$0")/files.sh"

files '*.c' '*.h' | (cd "$root" && xargs grep -nE '^[[:space:]]*#[[:space:]]*include' /dev/null) |
    awk -v root="$root" -f "$here/doors.awk" >"$complaints"
verdict doors
