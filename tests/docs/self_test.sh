#!/bin/sh
# The tests of documents can fail: a command that fails, one that should but doesn't, none at all, an unknown verb, a
# setting that is missing or too much.
set -u
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
failed=0

# run STATUS LINE...: a document with one block of these lines
run()
{
    status=$1
    shift
    { echo '```sh'; printf '%s\n' "$@"; echo '```'; } >"$folder/document.md"
    sh tests/docs/run_commands.sh "$folder/document.md" >"$folder/out" 2>&1
    got=$?
    [ $got -eq "$status" ] || { echo "$*: $got, expected $status"; cat "$folder/out"; failed=1; }
}

run 0 'true' 'name=value' "[ \"\$name\" = 'value' ]"
run 0 'false   # exits 1'
run 1 'false'
run 1 'true   # exits 1'
run 1 'false' 'true'
echo 'no block' >"$folder/document.md"
sh tests/docs/run_commands.sh "$folder/document.md" >/dev/null && { echo "a document without commands passed"; failed=1; }

cat >"$folder/dibs" <<'STUB'
#!/bin/sh
[ "$2" = claim ] && echo "  --ttl D  how long"
STUB
chmod +x "$folder/dibs"
verbs()
{
    echo "$2" >"$folder/document.md"
    sh tests/docs/verbs.sh "$folder/dibs" "$folder/document.md" >"$folder/out" 2>&1
    [ $? -eq "$1" ] || { echo "$2: expected $1"; cat "$folder/out"; failed=1; }
}
verbs 0 'say `dibs claim KEY --ttl 5m`'
verbs 1 'say `dibs clam KEY`'
verbs 1 'say `dibs claim KEY --til 5m`'
verbs 1 'say nothing'

cat >"$folder/dibs" <<'STUB'
#!/bin/sh
[ "$1" = init ] || printf 'name unit\nttl_max ms\ndone_max count\n'
STUB
# settings STATUS NAMES: a table with one line of them
settings()
{
    printf '## Settings\n\n| %s | what it says with `ttl_min` |\n' "$2" >"$folder/document.md"
    sh tests/docs/settings.sh "$folder/dibs" "$folder/document.md" >"$folder/out" 2>&1
    [ $? -eq "$1" ] || { echo "settings $2: expected $1"; cat "$folder/out"; failed=1; }
}
settings 0 '`ttl_max`, `done_max`'
settings 1 '`ttl_max`'
settings 1 '`ttl_max`, `done_max`, `done_min`'
exit $failed
