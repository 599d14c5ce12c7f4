#!/bin/sh
# The systemd unit: systemd understands every line, it is as closed as it claims to be, and dibsd takes what it is given.
# usage: unit.sh DIBSD
set -u
dibsd=$(realpath "$1")
here=$(dirname "$0")
packaging=$here/../../packaging
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
failed=0
EXPOSURE=15 # tenths; without the hardening it is 92

# check_unit FILE: the verdict; what is wrong goes to stdout
check_unit()
{
    sed "s,/usr/bin/dibsd,$dibsd," "$1" >"$folder/dibsd.service"
    said=$(systemd-analyze verify --man=no "$folder/dibsd.service" 2>&1) || { echo "$said"; return 1; }
    # Of unknown settings it only warns. What it says of other units of this machine isn't about ours.
    if printf '%s\n' "$said" | grep -F dibsd.service; then return 1; fi
    systemd-analyze security --offline=yes --no-pager --threshold=$EXPOSURE "$folder/dibsd.service" >"$folder/said" 2>&1 ||
        { tail -n 1 "$folder/said"; return 1; }
}

check_unit "$packaging/dibsd.service" || failed=1

# It can fail: a word that systemd doesn't know; a wall that is missing; a program that isn't there.
refuse()
{
    sed "$1" "$packaging/dibsd.service" >"$folder/broken"
    cmp -s "$folder/broken" "$packaging/dibsd.service" && { echo "$1 changes nothing"; failed=1; }
    check_unit "$folder/broken" >/dev/null && { echo "not noticed: $1"; failed=1; }
}
refuse 's/^ProtectHome=/ProtectHomes=/'
refuse 's/^WatchdogSec=.*/WatchdogSec=often/'
refuse '/^SystemCallFilter=/d'
refuse '/^CapabilityBoundingSet=/d'
refuse 's,/usr/bin/dibsd,/usr/bin/nothing,'

# The unit's command line and its configuration, as dibsd reads them; then with every comment's setting in force.
flags=$(sed -n 's/^ExecStart=[^ ]* //p' "$packaging/dibsd.service" |
    sed "s,/etc/dibs,$packaging/etc/dibs,; s,%S,$folder/state,; s,%d,$folder/secrets,g")
mkdir "$folder/secrets" && head -c 32 /dev/urandom >"$folder/secrets/operator.key" && cp "$packaging/etc/dibs/kafka.conf" "$folder/secrets/" &&
    cp "$folder/secrets/operator.key" "$folder/k" && chmod 600 "$folder/secrets/"* "$folder/k"
# shellcheck disable=SC2086 # a list of words
said=$("$dibsd" --check-config $flags 2>&1) || { echo "$said"; failed=1; }
printf '%s\n' "$said" | grep -qx "state = $folder/state/dibsd" || { echo "not in force: the unit's state directory"; failed=1; }
sed 's/^#\([a-z_]* = \)/\1/' "$packaging/etc/dibs/dibsd.conf" >"$folder/whole.conf"
said=$("$dibsd" --check-config --config "$folder/whole.conf" --state "$folder/s" --operator-key "$folder/k" 2>&1) ||
    { echo "$said"; failed=1; }
# A comment that shows a default shows the real one.
"$dibsd" --check-config --config "$packaging/etc/dibs/dibsd.conf" --state "$folder/s" --operator-key "$folder/k" >"$folder/plain"
printf '%s\n' "$said" | diff - "$folder/plain" || failed=1
exit $failed
