#!/bin/sh
# The core compiles as plain C17: no POSIX, no GNU, so no clock, file, thread or random source is even declared.
# usage: strict_core.sh CC [ROOT]
set -u
cc=$1 root=${2:-.}
failed=0
[ -d "$root/coordinator/core" ] || { echo "strict_core: no core in $root"; exit 1; }
for source in $(find "$root/coordinator/core" -name "*.c" | sort); do
    "$cc" -std=c17 -D_ISOC11_SOURCE -U_GNU_SOURCE -U_POSIX_C_SOURCE -pedantic-errors -Werror=implicit-function-declaration \
        -fsyntax-only -I"$root" -I"$root/include" "$source" || failed=1
done
exit $failed
