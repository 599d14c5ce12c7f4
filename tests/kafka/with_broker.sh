#!/bin/bash
# Runs a command with $DIBS_TEST_BROKERS set to the addresses of a broker: as it is set already, else of the broker that
# fixture.sh started for this ctest run, else of one started for this command alone.
# usage: with_broker.sh FOLDER COMMAND...
set -u
broker=$(cd "$(dirname "$0")/../.." && pwd)/tools/broker
folder=$1
shift
if [ -z "${DIBS_TEST_BROKERS:-}" ] && [ -s "$folder/$PPID/addresses" ]; then
    DIBS_TEST_BROKERS=$(cat "$folder/$PPID/addresses")
fi
export DIBS_TEST_BROKERS=${DIBS_TEST_BROKERS:-}
[ -z "$DIBS_TEST_BROKERS" ] || exec "$@"

own=$(mktemp -d) || exit 1
"$broker" up "$own" --parent $$ >&2 || exit 1
DIBS_TEST_BROKERS=$("$broker" addresses "$own")
"$@"
ended=$?
"$broker" down "$own"
rm -rf "$own"
exit $ended
