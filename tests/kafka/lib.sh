# Sourced by the tests on brokers that are shell scripts. Takes down what it started, however the script ends.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
broker=$root/tools/broker
folder=$(mktemp -d) || exit 1
clusters=()
failed=0

clean_up()
{
    local cluster
    for cluster in "${clusters[@]}"; do
        "$broker" down "$cluster"
    done
    rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 1' TERM INT

complain()
{
    echo "$*"
    failed=1
}

# start_brokers NAME [option of tools/broker up...]: brokers in $folder/NAME; their addresses are in $addresses
start_brokers()
{
    local cluster=$folder/$1
    shift
    clusters+=("$cluster")
    "$broker" up "$cluster" --parent $$ "$@" >"$folder/said" 2>&1 || { cat "$folder/said"; exit 1; }
    addresses=$("$broker" addresses "$cluster")
}

# expect STATUS WORDS COMMAND...: how it ends, and something that it says
expect()
{
    local status=$1 words=$2 said got
    shift 2
    said=$("$@" 2>&1)
    got=$?
    [ $got -eq "$status" ] && printf '%s\n' "$said" | grep -q -e "$words" ||
        complain "$*: exit $got (expected $status and '$words'), said: $said"
}

now_ms()
{
    echo $(($(date +%s%N) / 1000000))
}

# timed WORDS COMMAND...: says how long it took
timed()
{
    local words=$1 began
    shift
    began=$(now_ms)
    "$@" || complain "$*: exit $?"
    echo "$words: $(($(now_ms) - began)) ms"
}

# in_own_network SCRIPT [ARGUMENT...]: goes on in a network namespace that ends with the script; without root the test is skipped.
in_own_network()
{
    [ -z "${DIBS_TEST_IN_NAMESPACE:-}" ] || return 0
    rm -rf "$folder"
    if [ "$(id -u)" != 0 ]; then
        echo "skipped: network namespaces need root"
        exit 77
    fi
    DIBS_TEST_IN_NAMESPACE=yes exec unshare --net bash "$@"
}
