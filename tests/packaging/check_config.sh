#!/bin/sh
# dibsd --check-config: what a start would refuse as settings (2) is refused here, without a broker and without making
# anything; secrets are not shown.
# usage: check_config.sh DIBSD
set -u
dibsd=$(realpath "$1")
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
unset DIBS_KAFKA_CONFIG
failed=0
store=kafka://127.0.0.1:1/fleet

# expect STATUS WORDS [option...]: how it ends, and something that it says
expect()
{
    status=$1 words=$2
    shift 2
    said=$("$dibsd" --check-config --state state "$@" 2>&1)
    got=$?
    [ $got -eq "$status" ] && printf '%s\n' "$said" | grep -qF -e "$words" ||
        { echo "--check-config $*: exit $got (expected $status and '$words'), said: $said"; failed=1; }
    case $said in *s3cret*) echo "--check-config $*: shows a secret: $said"; failed=1 ;; esac
}

file() # NAME MODE LINES
{
    printf '%b' "$3" >"$1" && chmod "$2" "$1"
}

expect 0 "store = $store" --store "$store"
expect 0 'kafka://nowhere.invalid:9092/fleet' --store kafka://nowhere.invalid:9092/fleet
expect 2 'names no fleet' --store kafka://127.0.0.1:1
expect 2 "the fleet's name" --store kafka://127.0.0.1:1/a/b
expect 2 "no option 'no.such'" --store "$store?no.such=1"
expect 2 'set by dibs itself' --store "$store?acks=0"
expect 2 'is a secret' --store "$store?sasl.password=s3cret"

file kafka.conf 600 'sasl.password=s3cret\n'
expect 0 'kafka_config = kafka.conf' --store "$store" --kafka-config kafka.conf
chmod 644 kafka.conf
expect 2 "chmod 600 'kafka.conf'" --store "$store" --kafka-config kafka.conf
expect 2 'cannot open nowhere.conf' --store "$store" --kafka-config nowhere.conf
file ssl.conf 600 'security.protocol=SSL\nssl.ca.location=/nowhere.pem\n'
expect 2 'ssl.ca.location' --store "$store" --kafka-config ssl.conf
DIBS_KAFKA_CONFIG=nowhere.conf
export DIBS_KAFKA_CONFIG
expect 2 'cannot open nowhere.conf' --store "$store"
unset DIBS_KAFKA_CONFIG

expect 2 "no operator's key operator.key" --store "$store" --operator-key operator.key
expect 0 'create_topics = yes' --store "$store" --operator-key operator.key --create-topics
file operator.key 600 'too short'
expect 2 'a key has 32' --store "$store" --operator-key operator.key --create-topics
head -c 32 /dev/urandom >operator.key
expect 0 'operator_key = operator.key' --store "$store" --operator-key operator.key
chmod 640 operator.key
expect 2 "chmod 600 'operator.key'" --store "$store" --operator-key operator.key
chmod 600 operator.key
if [ "$(id -u)" -eq 0 ]; then # as whoever has the state directory will find it
    mkdir state && chmod 711 . && chown 65534 state
    expect 4 "Permission denied" --store "$store" --operator-key "$folder/operator.key"
    chown 65534 operator.key
    expect 0 'operator_key' --store "$store" --operator-key "$folder/operator.key"
    rmdir state
    expect 2 'is a file of another user' --store "$store" --operator-key "$folder/operator.key"
fi
rm operator.key

expect 0 'http = off' --store "$store" --http off
expect 0 'http = [::1]:7420' --store "$store" --http '[::1]:7420'
expect 2 'is not HOST:PORT' --store "$store" --http 127.0.0.1:99999
expect 2 'can be reached from other machines' --store "$store" --http 0.0.0.0:7420
file token 600 'short\n'
expect 2 'is no token' --store "$store" --http 0.0.0.0:7420 --http-token-file token
file token 600 's3cret-s3cret-s3cret\n'
expect 0 'http = 0.0.0.0:7420' --store "$store" --http 0.0.0.0:7420 --http-token-file token
chmod 604 token
expect 2 "chmod 600 'token'" --store "$store" --http 0.0.0.0:7420 --http-token-file token

[ "$(ls)" = "$(printf '%s\n' kafka.conf ssl.conf token)" ] || { echo "something was made: $(ls)"; failed=1; }
exit $failed
