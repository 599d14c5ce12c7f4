#!/bin/sh
# The embedded store beside bare LMDB, SQLite and Redis from the distribution, in one run; then what a process costs.
# Needs redis-server; SQLite where it was there when this was built. usage: one_host.sh BIN [LIVE [PAIRS [ROUNDS]]]
set -u
bin=$1
shift
folder=$(mktemp -d) && trap 'kill "$redis" 2>/dev/null; rm -rf "$folder"' EXIT
redis-server --port 0 --unixsocket "$folder/redis.sock" --save '' --appendonly no --dir "$folder" >"$folder/redis.log" 2>&1 &
redis=$!
for _ in $(seq 100); do [ -S "$folder/redis.sock" ] && break; sleep 0.05; done
"$bin/one_host" "$folder/redis.sock" "$@" || exit 1
echo
"$bin/claim_process" "$bin/dibs" 2>&1
