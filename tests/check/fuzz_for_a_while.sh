#!/bin/sh
# fuzz_for_a_while.sh PROGRAM NAME BUILD_FOLDER [PART]
# Runs one fuzz target for $DIBS_FUZZ_SECONDS (default 30), or 1/PART of it, on its seeds and on what earlier runs found. A crash leaves
# the input in the build folder and says how to run it again.
set -u
program=$1 name=$2 build=$3 seconds=$((${DIBS_FUZZ_SECONDS:-30} / ${4:-1}))
found=$build/found-$name
seeds=tests/fuzz/corpus/$name
mkdir -p "$found"
[ -d "$seeds" ] || seeds=
# shellcheck disable=SC2086 # no seeds: no word
if "$program" -max_total_time="$seconds" -timeout=60 -rss_limit_mb=1024 -print_final_stats=1 \
    -artifact_prefix="$build/crash-$name-" "$found" $seeds >"$build/$name.log" 2>&1; then
    grep -E 'number_of_executed_units|peak_rss' "$build/$name.log"
    exit 0
fi
tail -n 60 "$build/$name.log"
echo "run it again: $program $(ls -t "$build"/crash-"$name"-* 2>/dev/null | head -n 1)"
exit 1
