#!/bin/sh
# All that one host must cost, in one run: the embedded store beside bare LMDB, SQLite and Redis from the distribution, the core
# in batches and a replay beside bare LMDB, sixty-four processes, a process, and a claim that is compared by its words. Some two
# minutes. Needs redis-server; SQLite where it was there when this was built. usage: one_host.sh BIN [LIVE [PAIRS [ROUNDS]]]
set -u
bin=$1 data=$(dirname "$0")/data/ideas failed=0
shift
folder=$(mktemp -d) && trap 'kill "$redis" 2>/dev/null; rm -rf "$folder"' EXIT
redis-server --port 0 --unixsocket "$folder/redis.sock" --save '' --appendonly no --dir "$folder" >"$folder/redis.log" 2>&1 &
redis=$!
for _ in $(seq 100); do [ -S "$folder/redis.sock" ] && break; sleep 0.05; done

row() {
    printf '\n## %s\n\n' "$1"
    shift
    "$@" 2>&1 || failed=1
}
row 'one process (the library: must 0.5, aim SQLite)' "$bin/one_host" "$folder/redis.sock" "$@"
row 'batches and replay (must 0.35)' "$bin/claim_rate" 10000
row 'batches at 1,000,000 live (must 0.15)' "$bin/claim_rate" 1000000 20000 5 batch
row '64 processes (must p99 5 ms, max 250 ms, fewest/most 0.3; aim max 50 ms, 0.7)' "$bin/store_crowd" 64 60
row 'a process (must 3 ms, 16 MiB; aim 1.5 ms)' "$bin/claim_process" "$bin/dibs"
row 'a claim with about (must p50 150 us at 10,000 live, aim 50)' \
    "$bin/ideas" "$data/changelog_pairs.jsonl" "$data/agent_clusters.txt" 10000
exit $failed
