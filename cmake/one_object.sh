#!/bin/sh
# The static library as one object whose only global names are those of the API: `note` or `environment` in a program that
# links it are the program's own. usage: one_object.sh AR LD OBJCOPY ARCHIVE
set -eu
ar=$1 ld=$2 objcopy=$3 archive=$4
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
"$ld" -r -o "$folder/dibs.o" --whole-archive "$archive"
"$objcopy" --wildcard --keep-global-symbol='dibs_*' "$folder/dibs.o"
"$ar" rcsD "$folder/libdibs.a" "$folder/dibs.o"
cp "$folder/libdibs.a" "$archive"
