# Sourced by the tests on whole fleets that are shell scripts: dibsd beside the brokers of lib.sh. $bin has the programs.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
declare -A dibsd_pid dibsd_port
export XDG_CONFIG_HOME=$folder/config
unset DIBS_STORE DIBS_SESSION DIBS_SECRET DIBS_SECRET_FILE DIBS_TOKEN DIBS_KEYS DIBS_KAFKA_CONFIG
operator_key=$folder/operator.key

# Each ends before the brokers do.
clean_up_fleet()
{
    local name
    [ -z "${load:-}" ] || kill -KILL "$load" 2>/dev/null
    for name in "${!dibsd_pid[@]}"; do
        kill -KILL "${dibsd_pid[$name]}" 2>/dev/null
        wait "${dibsd_pid[$name]}" 2>/dev/null
    done
    clean_up
}
trap clean_up_fleet EXIT

# http NAME PATH: the body that this dibsd serves; exit status 0 for a status of 200
http()
{
    local status
    exec 3<>"/dev/tcp/127.0.0.1/${dibsd_port[$1]}" || return 1
    printf 'GET %s HTTP/1.0\r\n\r\n' "$2" >&3
    IFS=' ' read -r -t 10 _ status _ <&3
    sed '1,/^\r*$/d' <&3
    exec 3>&-
    [ "$status" = 200 ]
}

# start_dibsd NAME [option...]: over $store, without a key if $operator_key is empty; returns when it is ready
start_dibsd()
{
    local name=$1
    shift
    : >"$folder/$name.log"
    "$bin/dibsd" --store "$store" --state "$folder/$name" ${operator_key:+--operator-key "$operator_key"} --http 127.0.0.1:0 \
        "$@" 2>"$folder/$name.log" &
    dibsd_pid[$name]=$!
    for _ in $(seq 600); do
        kill -0 "${dibsd_pid[$name]}" 2>/dev/null || break
        dibsd_port[$name]=$(sed -n 's/.*event=http .*127\.0\.0\.1:\([0-9]*\).*/\1/p' "$folder/$name.log" | tail -n 1)
        [ -n "${dibsd_port[$name]}" ] && http "$name" /readyz >/dev/null 2>&1 && return 0
        sleep 0.1
    done
    cat "$folder/$name.log"
    http "$name" /readyz
    http "$name" /metrics | grep -v '^#' | grep -v ' 0$'
    echo "the dibsd '$name' did not get ready"
    exit 1
}

# stop_dibsd NAME STATUS [SIGNAL]: in good order; it ends with that exit status
stop_dibsd()
{
    local got
    kill -"${3:-TERM}" "${dibsd_pid[$1]}"
    wait "${dibsd_pid[$1]}"
    got=$?
    [ $got -eq "$2" ] || complain "the dibsd '$1' ended with $got instead of $2: $(tail -n 3 "$folder/$1.log")"
}

# same_as_replay NAME: the state of a stopped dibsd is what a replay of the log makes
same_as_replay()
{
    local place offset digest
    place=$("$bin/dibsd" snapshot --store "$store" --state "$folder/$1" 2>/dev/null) || { complain "no snapshot of '$1'"; return; }
    place=${place##*/}
    offset=$((10#${place%%-*})) digest=${place##*-}
    "$bin/dibs" replay "$store" --until "$offset" >"$folder/said" 2>&1
    grep -q "digest *$digest" "$folder/said" ||
        complain "the state of '$1' at offset $offset has digest $digest, a replay: $(cat "$folder/said")"
    echo "the state of '$1' at offset $offset is the replay's: $digest"
}

lives() # name; one that was never started does
{
    [ -z "${dibsd_pid[$1]:-}" ] || kill -0 "${dibsd_pid[$1]}" 2>/dev/null
}

# start_fleet [option of tools/broker up...]: brokers, a coordinator and its replica, and no quotas in the way
start_fleet()
{
    start_brokers brokers "$@"
    store=kafka://$addresses/fleet-$$
    start_dibsd coordinator --create-topics
    start_dibsd replica --rank 1
    "$bin/dibs" configure claims_per_minute=1000000 --store "$store" --operator-key "$operator_key" >"$folder/said" 2>&1 ||
        { cat "$folder/said"; exit 1; }
}

# start_load [option...]: agents under load; returns when all have heard something
start_load()
{
    "$bin/load" "$store" --seconds 86400 "$@" >"$folder/sums" 2>"$folder/load.log" &
    load=$!
    for _ in $(seq 600); do
        grep -q '^begun' "$folder/load.log" && return 0
        kill -0 $load 2>/dev/null || break
        sleep 0.1
    done
    cat "$folder/load.log"
    echo "the load did not begin"
    exit 1
}

say_now()
{
    echo "$(date -u +%T) $*"
}

# The load's verdict, then the topics': each decision and checkpoint that was published is what the log makes.
end_load()
{
    local verdict
    kill -TERM $load
    wait $load
    verdict=$?
    grep -v '^begun' "$folder/load.log"
    cat "$folder/sums"
    [ $verdict -eq 0 ] || complain "the load found something wrong: exit $verdict"
    lives coordinator || complain "the coordinator has ended: $(tail -n 5 "$folder/coordinator.log")"
    lives replica || complain "the replica has ended: $(tail -n 5 "$folder/replica.log")"
    "$bin/dibs" replay "$store" --verify --operator-key "$operator_key" >"$folder/said" 2>&1 || complain "replay: exit $?"
    cat "$folder/said"
}
