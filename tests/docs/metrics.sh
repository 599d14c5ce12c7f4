#!/bin/sh
# Each metric that the document names is one that dibsd serves: by the table in its source.
# usage: metrics.sh DOCUMENT
set -u
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
grep -ohE '"dibs_[a-z_]+"' coordinator/http/metrics.c | tr -d '"' | sort -u >"$folder/real"
grep -ohE '`dibs_[a-z_]+`' "$1" | tr -d '`' | sed 's/_total$//; s/_info$//' | sort -u >"$folder/told"
[ -s "$folder/real" ] && [ -s "$folder/told" ] || { echo "no metrics are named"; exit 1; }
comm -13 "$folder/real" "$folder/told" | grep . && { echo "dibsd has no such metrics"; exit 1; }
exit 0
