#!/bin/sh
# Each setting of `dibs configure` is told in the document's table of settings, and nothing is that isn't one.
# usage: settings.sh DIBS DOCUMENT
set -u
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
export XDG_CONFIG_HOME="$folder/config" DIBS_STORE="$folder/store"
unset DIBS_SESSION DIBS_SECRET DIBS_SECRET_FILE DIBS_TOKEN DIBS_KEYS
"$1" init >/dev/null 2>&1 && "$1" configure | awk 'NR > 1 { print $1 }' | sort >"$folder/real" || exit 1
awk '/^## / { on = $0 == "## Settings" } on && /^\| `/ { print $0 }' "$2" | cut -d '|' -f 2 | grep -oE '[a-z_]+' |
    sort >"$folder/told"
[ -s "$folder/real" ] || { echo "there are no settings"; exit 1; }
diff "$folder/real" "$folder/told"
