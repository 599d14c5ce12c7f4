#!/bin/bash
# tools/broker with one node: what it says when something is missing, once fetched never again, users, settings.
set -u
. "$(dirname "$0")/lib.sh"

# A machine without java, and one without mvn: everything else is there.
mkdir "$folder/bin" "$folder/cache"
for program in bash cat dirname mkdir flock cksum tr rm head od base64 id sed; do
    ln -s "$(command -v $program)" "$folder/bin/"
done
expect 2 'java is missing: install the package default-jre-headless' env PATH="$folder/bin" "$broker" prepare
ln -s "$(command -v java)" "$folder/bin/"
expect 2 'mvn is missing: install the package maven' env PATH="$folder/bin" XDG_CACHE_HOME="$folder/cache" "$broker" prepare
expect 0 '' "$broker" prepare
expect 0 '^$' env PATH="$folder/bin:/bin:/usr/bin" "$broker" prepare
[ -z "$("$broker" prepare 2>&1)" ] || complain "prepare does something each time"
# Without a network, from what Maven keeps.
if [ "$(id -u)" = 0 ]; then
    XDG_CACHE_HOME="$folder/cache" expect 0 'class archive' unshare --net sh -c 'ip link set lo up && exec "$0" prepare' "$broker"
    ls "$folder"/cache/dibs/*/*.jsa >/dev/null || complain "no class archive was made without a network"
fi

expect 2 'no brokers are in' "$broker" kill "$folder" 1
expect 2 'NAME=PASSWORD' "$broker" up "$folder/x" --user alice
expect 2 'PROPERTY=VALUE' "$broker" up "$folder/x" --set nonsense
expect 2 'takes 1 to 9' "$broker" up "$folder/x" --nodes none

start_brokers one --tls --user admin=s3cret --user alice=w0nder --set message.max.bytes=123456
expect 2 'are running' "$broker" up "$folder/one"
expect 2 'needs the number of a node; there are 1' "$broker" kill "$folder/one" 2
expect 2 'unknown command' "$broker" nonsense "$folder/one"
expect 2 'share one network' "$broker" cut "$folder/one" 1
"$broker" tool kafka-configs --bootstrap-server "$addresses" --entity-type brokers --entity-name 1 --describe --all |
    grep -q 'message.max.bytes=123456 ' || complain "--set message.max.bytes=123456 has no effect"

sasl=$("$broker" addresses "$folder/one" clients)
# topics_as NAME PASSWORD [AUTHORITY]: what that user sees
topics_as()
{
    cat >"$folder/client" <<TEXT
security.protocol=SASL_SSL
ssl.truststore.type=PEM
ssl.truststore.location=${3:-$folder/one/ca.pem}
sasl.mechanism=PLAIN
sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="$1" password="$2";
default.api.timeout.ms=4000
request.timeout.ms=2000
TEXT
    "$broker" tool kafka-topics --bootstrap-server "$sasl" --command-config "$folder/client" --list
}
"$broker" tool kafka-topics --bootstrap-server "$addresses" --create --topic seen >/dev/null
[ "$(topics_as admin s3cret 2>/dev/null)" = seen ] || complain "the user admin cannot list topics"
[ -z "$(topics_as alice w0nder 2>/dev/null)" ] || complain "alice sees topics without permission"
openssl req -x509 -newkey rsa:2048 -noenc -days 2 -subj /CN=another -keyout "$folder/key" -out "$folder/another.pem" 2>/dev/null
topics_as admin s3cret "$folder/another.pem" 2>&1 | grep -q 'SSL handshake failed' || complain "another authority's certificate passes"
topics_as alice wrong 2>&1 | grep -qi 'authentication failed' || complain "a wrong password is not refused"
exit $failed
