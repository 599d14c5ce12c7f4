#!/bin/bash
# Twenty clients of all kinds on one store for a while: six threads of one client, four processes, three that hand on what
# they got and three that take it, two shells with `dibs`, two loops of `dibs exec` (one is killed now and then). Whoever
# holds a key says so in a file that nobody else may have. Then the whole history is held against the model.
# usage: soak.sh BIN [--seconds N] [STORE]; a fleet's STORE has its operator's key in $DIBS_OPERATOR_KEY_FILE
set -u
bin=$(realpath "$1")
shift
seconds=600
[ "${1:-}" != --seconds ] || { seconds=$2; shift 2; }
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
export PATH="$bin:$PATH" XDG_CONFIG_HOME="$folder/config" DIBS_STORE="${1:-$folder/store}"
unset DIBS_SESSION DIBS_SECRET DIBS_SECRET_FILE DIBS_TOKEN DIBS_KEYS
cd "$folder" && mkdir held || exit 1
[ $# -gt 0 ] || dibs init >/dev/null 2>&1
dibs configure claims_per_minute=1000000 queries_per_minute=1000000 waiters_per_session=64 done_ttl=1m >/dev/null || exit 1

# What a shell does while it holds a key, as the clients do it.
cat >hold.sh <<'TEXT'
file=held/${1#task:soak/}
if ! (set -C; echo $$ >"$file") 2>/dev/null; then
    maker=$(cat "$file" 2>/dev/null)
    state=$(sed -n 's/^State:[[:space:]]*//p' "/proc/$maker/status" 2>/dev/null)
    case $state in
        '' | [ZX]*) ;; # gone, or killed and not yet waited for
        *) echo "wrong: two holders: $1 ($maker, which is $state, and $$)" >&2; exit 1 ;;
    esac
    rm -f "$file"
    echo $$ >"$file"
fi
sleep 0.0$((RANDOM % 4))
rm -f "$file"
TEXT

shell_loop() # number
{
    export DIBS_SESSION=shell-$1
    local done=0 key token
    while [ ! -e stop ]; do
        key=task:soak/$((RANDOM % 12))
        token=$(dibs claim "$key" --fresh --again --ttl 10s --wait=2s --json 2>/dev/null) || continue
        token=$(grep -o '"token":[0-9]*' <<<"$token" | head -n 1 | cut -d: -f2)
        bash hold.sh "$key" || return 1
        dibs check "$key" "$token" >/dev/null || { echo "wrong: $key $token is not valid" >&2; return 1; }
        dibs renew "$key" --token "$token" >/dev/null || { echo "wrong: $key $token is not renewed" >&2; return 1; }
        dibs release --token "$token" >/dev/null || { echo "wrong: $key $token is not released" >&2; return 1; }
        done=$((done + 1))
    done
    echo "shell-$1: $done turns"
}
exec_loop() # number
{
    export DIBS_SESSION=exec-$1
    local done=0 killed=0 status pid
    while [ ! -e stop ]; do
        dibs exec "task:soak/$((RANDOM % 12))" --again --ttl 2s --wait=2s -- bash -c 'bash hold.sh "$DIBS_KEY"' 2>exec.$1.err &
        pid=$!
        [ $((RANDOM % 20)) -ne 0 ] || { sleep 0.05; kill -9 $pid 2>/dev/null; killed=$((killed + 1)); }
        wait $pid 2>/dev/null
        status=$?
        case $status in
            0) done=$((done + 1)) ;;
            121 | 125 | 137) ;;
            *) echo "wrong: exec ended with $status: $(cat exec.$1.err)" >&2; return 1 ;;
        esac
    done
    echo "exec-$1: $done turns, $killed killed"
}

pids=()
start()
{
    "$@" &
    pids+=($!)
}
mkfifo codes.1 codes.2 codes.3
start soak_client threads 1
for i in 1 2 3 4; do start soak_client single $i; done
for i in 1 2 3; do start soak_client giver $i; start soak_client taker $i; done
for i in 1 2; do start shell_loop $i; start exec_loop $i; done
sleep "$seconds"
touch stop
failed=0
for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
soak_history "$DIBS_STORE" || failed=1
[ $failed -eq 0 ] && echo "soak: twenty clients, $seconds s, nothing wrong"
exit $failed
