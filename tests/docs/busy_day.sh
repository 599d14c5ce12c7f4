#!/bin/sh
# The busy day's workers ask again when they have asked too often: no work is left for it. Here each is told so once.
set -u
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
cat >"$folder/dibs" <<'STUB'
#!/bin/sh
[ "$1" = claim ] || exit 0
[ -e "$0.$2" ] && exit 0
: >"$0.$2"
echo '{"answer":"denied","message":"asked too often","reason":"quota","why":"rate","advice":"wait"}'
exit 1
STUB
chmod +x "$folder/dibs"
for key in a b; do
    echo "{\"time\": 1767424458, \"key\": \"$key\", \"category\": \"feat\", \"about\": \"work on $key\"}"
done >"$folder/work.jsonl"
DIBS="$folder/dibs" examples/busy-day --workers 1 --data "$folder/work.jsonl" --dir "$folder/day"
