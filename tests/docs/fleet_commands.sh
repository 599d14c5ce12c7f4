#!/bin/bash
# Runs the blocks of a document that need a fleet's brokers: three, with TLS, passwords and permissions, $BROKERS,
# admin.conf and ca.pem as the document presumes, Kafka's own tools under their names, all in a network of its own if this is root.
# usage: fleet_commands.sh DOCUMENT.md BIN_FOLDER
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
if [ -z "${DIBS_TEST_IN_NAMESPACE:-}" ] && [ "$(id -u)" = 0 ]; then
    DIBS_TEST_IN_NAMESPACE=yes exec unshare --net bash "$0" "$@"
fi
[ -z "${DIBS_TEST_IN_NAMESPACE:-}" ] || ip link set lo up
. "$root/tests/kafka/lib.sh"
start_brokers brokers --nodes 3 --tls --user admin=adm1n-secret --user coordinator=c00rd-secret --user agent=ag3nt-secret

mkdir "$folder/bin" "$folder/home"
for tool in kafka-topics kafka-acls kafka-configs; do
    printf '#!/bin/sh\nexec %s tool %s "$@"\n' "$broker" $tool >"$folder/bin/$tool.sh"
    chmod +x "$folder/bin/$tool.sh"
done
cat >"$folder/home/admin.conf" <<'TEXT'
security.protocol=SASL_SSL
ssl.truststore.type=PEM
ssl.truststore.location=ca.pem
sasl.mechanism=PLAIN
sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="admin" password="adm1n-secret";
TEXT
cp "$folder/brokers/ca.pem" "$folder/home/"
BROKERS=$("$broker" addresses "$folder/brokers" clients)
XDG_CACHE_HOME=${XDG_CACHE_HOME:-$HOME/.cache}
export BROKERS XDG_CACHE_HOME
PATH=$folder/bin:$2:$PATH

# In a session of its own, all of whose processes end with it: a document starts some in the background.
setsid sh "$root/tests/docs/run_commands.sh" "$root/$1" "" "$folder/home" &
session=$!
wait $session
ended=$?
kill -TERM -- -$session 2>/dev/null

[ $ended -eq 0 ] || for log in "$folder"/home/*.log; do
    [ -s "$log" ] && { echo "--- ${log##*/}"; tail -n 20 "$log"; }
done
exit $ended
