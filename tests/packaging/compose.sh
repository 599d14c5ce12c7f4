#!/bin/sh
# docker-compose.yml by docker-compose's own schema (no engine is needed for that), and what a schema can't know: the
# flags are dibsd's, what it starts is in the image, the names that it uses exist.
# usage: compose.sh DIBSD
set -u
dibsd=$(realpath "$1")
cd "$(dirname "$0")/../.." || exit 1
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
failed=0

# By the schema; every unknown word is refused.
valid()
{
    cp "$1" "$folder/docker-compose.yml" && cp Dockerfile "$folder/" &&
        docker-compose -f "$folder/docker-compose.yml" config -q
}
valid docker-compose.yml || failed=1
refuse()
{
    sed "$1" docker-compose.yml >"$folder/broken.yml"
    cmp -s "$folder/broken.yml" docker-compose.yml && { echo "$1 changes nothing"; failed=1; }
    valid "$folder/broken.yml" >/dev/null 2>&1 && { echo "not noticed: $1"; failed=1; }
}
refuse 's/    healthcheck:/    healthchecks:/'
refuse 's/        condition: service_healthy/        condition: healthy/'
refuse 's/^  keys:$/  kees:/'
refuse 's/    read_only: true/    read_only: often/'

python3 tests/packaging/compose.py docker-compose.yml Dockerfile >"$folder/commands" || failed=1
[ -s "$folder/commands" ] || { echo "no service runs dibsd"; failed=1; }
head -c 32 /dev/urandom >"$folder/operator.key" && chmod 600 "$folder/operator.key" # what the first start makes in the volume
sed -i "s,/etc/dibs-keys/,$folder/," "$folder/commands"
while read -r line; do
    # shellcheck disable=SC2086 # a list of words
    said=$("$dibsd" --check-config $line 2>&1) || { echo "dibsd $line: $said"; failed=1; }
done <"$folder/commands"
exit $failed
