#!/bin/bash
# What can go wrong with a store on one host, each with the exit code and the words that a person gets.
#
# usage: one_host.sh DIBS FAKE_HOST.so HOLD_LOCK [CASE [SECONDS that a holder stands still (31)]]   (all cases, and 3)
set -u
dibs=$1 fake=$2 hold=$3 only=${4:-} stop_s=${5:-31}
[ -n "$only" ] || stop_s=3
home=$(mktemp -d) || exit 2
trap 'rm -rf "$home"; [ -z "${child:-}" ] || kill -KILL $child 2>/dev/null' EXIT
export XDG_CONFIG_HOME=$home/config XDG_STATE_HOME=$home/state DIBS_SESSION=alice DIBS_PATIENCE=2s
unset DIBS_STORE DIBS_SECRET DIBS_SECRET_FILE
failed=0 case=

begin()
{
    case=$1 store=$home/store
    unset DIBS_STORE
    rm -rf "$home/store" "$home/copy" "$home/held"
    "$dibs" init "$store" --segment-size 65536 >/dev/null 2>&1
    export DIBS_STORE=$store
}

# want CODE WORDS COMMAND…: it must end so, and say that
want()
{
    local code=$1 words=$2 said rc
    shift 2
    said=$("$@" 2>&1)
    rc=$?
    if [ $rc != "$code" ] || ! grep -qF -- "$words" <<<"$said"; then
        echo "FAILED $case: wanted $code and '$words', got $rc: $(tail -n 3 <<<"$said")"
        failed=1
    else
        echo "ok $case: exit $rc: $(grep -F -- "$words" <<<"$said" | head -n 1 | cut -c 1-230)"
    fi
}

segment() { ls "$store"/log/*.seg | "$1" -n 1; }
size() { stat -c %s "$1"; }
another_boot() { sed -i 's/"boot_id": "[^"]*"/"boot_id": "12345678-0000-4000-8000-000000000000"/' "$store/store.json"; }
# The lowest bit of the byte in the middle of the last segment
flip_the_middle()
{
    local file at byte
    file=$(segment tail)
    at=$(($(size "$file") / 2))
    byte=$(od -An -tu1 -j "$at" -N 1 "$file")
    printf "\\x$(printf %x $((byte ^ 1)))" | dd of="$file" bs=1 seek="$at" conv=notrunc status=none
}
# isolated OPTIONS -- SCRIPT: in namespaces of its own; 77: not allowed here
may_isolate() { unshare "$@" true 2>/dev/null; }
skip() { echo "skipped $case: $1"; }

# until_held FILE: the holder has said so
until_held() { until ! kill -0 $child 2>/dev/null || grep -q held "$1" 2>/dev/null; do sleep 0.02; done; }

# ---------------------------------------------------------------- disks and file systems

case_read_only_disk()
{
    "$dibs" claim k:1 >/dev/null
    if may_isolate -m; then
        want 4 "$store cannot be written by this user: Read-only file system" unshare -m sh -c "mount --bind $store $store && mount -o remount,ro,bind $store && '$dibs' claim k:2"
        want 0 "k:1" unshare -m sh -c "mount --bind $store $store && mount -o remount,ro,bind $store && '$dibs' list"
    else skip "no right to mount"; fi
    want 0 granted "$dibs" claim k:2
}

case_full_disk()
{
    if may_isolate -m; then
        mkdir "$home/small"
        # the disk fills up under the store; a claim is refused, nothing is half done, and with room it goes on
        cat >"$home/full.sh" <<'SCRIPT'
mount -t tmpfs -o size=40m none "$1" && "$2" init "$1/store" >/dev/null 2>&1 && export DIBS_STORE="$1/store" || exit 99
"$2" claim k:1 >/dev/null || exit 98
dd if=/dev/zero of="$1/rubbish" bs=1M status=none 2>/dev/null
"$2" claim k:2 && exit 97
[ $? = 4 ] || exit 96
"$2" list | grep -q k:1 || exit 95
truncate -s -2M "$1/rubbish" # not enough for a claim, but to give one back
"$2" claim k:2 && exit 92
"$2" release --all || exit 91
rm "$1/rubbish"
"$2" claim k:2 || exit 94
"$2" replay --verify >/dev/null || exit 93
exit 4
SCRIPT
        want 4 "must be free); make room, nothing was changed" unshare -m sh "$home/full.sh" "$home/small" "$dibs"
    else skip "no right to mount"; fi
}

case_full_map()
{
    rm -rf "$store" && "$dibs" init "$store" --map-size 16777216 >/dev/null 2>&1
    "$dibs" configure claims_per_minute=1000000 claims_per_session=256 done_ttl=7d >/dev/null
    for session in $(seq 1 40); do
        long=$(head -c 1500 /dev/urandom | base64 -w 0)
        for i in $(seq 1 250); do echo "task:$session/$i"; done >"$home/keys"
        "$dibs" claim --from "$home/keys" --about "$long" --session "s$session" >"$home/out" 2>&1
        [ $? = 4 ] && break
    done
    want 4 "bytes); close claims, or move to a store with a larger map" "$dibs" claim task:one/more --session other
    want 0 released "$dibs" release --all --session s1
    want 0 "task:" "$dibs" list
}

case_network_file_system()
{
    "$dibs" claim k:1 >/dev/null
    want 4 "network file system (NFS)" env LD_PRELOAD="$fake" FAKE_FILE_SYSTEM=0x6969 "$dibs" claim k:2
    want 4 "network file system (NFS)" env LD_PRELOAD="$fake" FAKE_FILE_SYSTEM=0x6969 "$dibs" init "$home/other"
    want 0 granted env LD_PRELOAD="$fake" FAKE_FILE_SYSTEM=0x6969 DIBS_NETWORK_FS=allow "$dibs" claim k:2
}

case_exported_to_where_no_links_are()
{
    "$dibs" claim k:1 >/dev/null
    rm -f "$home/exported"
    want 0 "exported" env LD_PRELOAD="$fake" FAKE_NO_LINKS=1 "$dibs" export "$home/exported"
    want 2 "there is such a file already" env LD_PRELOAD="$fake" FAKE_NO_LINKS=1 "$dibs" export "$home/exported"
    want 0 "imported" "$dibs" import "$home/exported" "$home/copy"
    want 0 "k:1" "$dibs" list --store "$home/copy"
    want 2 "No such file" ls "$home"/exported.part-*
}

case_another_users_directory()
{
    chmod 755 "$home" && chmod -R go-w "$store"
    if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
        "$dibs" claim k:1 >/dev/null
        cp "$dibs" "$home/program" && chmod 755 "$home/program" # the build may lie where nobody else may look
        as_nobody="setpriv --reuid 65534 --regid 65534 --clear-groups env XDG_CONFIG_HOME=/nonexistent DIBS_SECRET=0123456789abcdef0123456789abcdef DIBS_STORE=$store"
        want 4 "cannot be written by this user: Permission denied; its owner can share it through a group" \
            $as_nobody "$home/program" claim k:2
        want 0 "k:1" $as_nobody "$home/program" list
        chmod 700 "$store"
        want 4 "Permission denied; its owner can share it through a group" $as_nobody "$home/program" list
        want 4 "cannot read $store: Permission denied" $as_nobody "$home/program" status --check
        chmod -R a+rwX "$store" && chmod 600 "$(segment tail)" # as a user with the umask 077 makes it
        want 4 "$(segment tail): Permission denied" $as_nobody "$home/program" claim k:2
        cp -a "$store" "$home/copy"
        for file in "$(segment tail)" "$store/log" "$store/store.json" "$store/state/data.mdb" "$store/lock"; do
            chmod -R a+rwX "$store" && chmod go= "$file"
            for verb in "status --check" recover; do # no damage, and nothing to be mended: another's file
                want 4 "cannot read $file: Permission denied; whether the store is damaged" $as_nobody "$home/program" $verb
            done
        done
        chmod -R a+rwX "$store"
        diff -r "$store" "$home/copy" || failed=1 # recover has changed nothing
        want 0 granted $as_nobody "$home/program" claim k:2
        chmod 711 "$store" && touch "$store/log/note" && chmod 600 "$store/log/note" # neither is anything's content
        want 0 "whole records in the log" $as_nobody "$home/program" status --check
        begin "$case, whose snapshots cannot be read"
        many_records
        rm "$(segment head)" # as --retain does
        chmod -R a+rwX "$store" && chmod 700 "$store"/snapshots/*
        for verb in "status --check" recover; do
            want 4 "Permission denied; whether the store is damaged" $as_nobody "$home/program" $verb
        done
        chmod -R a+rwX "$store"
        want 0 "whole records in the log" $as_nobody "$home/program" status --check
        chown nobody "$store" && chmod 500 "$store"
        want 4 "it is this user's own: give it the owner's rights back" $as_nobody "$home/program" claim k:3
    else skip "not root"; fi
}

# ---------------------------------------------------------------- clocks, boots and copies

case_clock_stepped_back()
{
    "$dibs" claim k:1 --ttl 1h >/dev/null
    want 1 held env LD_PRELOAD="$fake" FAKE_CLOCK_S=-1000000000 "$dibs" claim k:1 --session bob
    want 0 "token 1" env LD_PRELOAD="$fake" FAKE_CLOCK_S=-1000000000 "$dibs" renew k:1
    another_boot
    want 1 held env LD_PRELOAD="$fake" FAKE_CLOCK_S=-1000000000 "$dibs" claim k:1 --session bob
    want 0 equal "$dibs" replay --verify
}

case_clock_years_ahead()
{
    "$dibs" claim k:1 --ttl 1h >/dev/null
    want 1 held env LD_PRELOAD="$fake" FAKE_CLOCK_S=1000000000 "$dibs" claim k:1 --session bob
    another_boot # only a new boot looks at the wall clock: then leases that are over by it have ended
    want 0 granted env LD_PRELOAD="$fake" FAKE_CLOCK_S=1000000000 "$dibs" claim k:1 --session bob
    want 1 held "$dibs" claim k:1
    want 0 equal "$dibs" replay --verify
}

case_boot_id_changed()
{
    "$dibs" claim k:1 >/dev/null
    another_boot
    want 0 "was last used before this machine started: its state was built anew from the log" "$dibs" claim k:2
    want 0 "token 4294967298" "$dibs" show k:2
    want 0 recovered "$dibs" log
    want 0 yours "$dibs" claim k:1
}

case_copied_directory()
{
    "$dibs" claim k:1 >/dev/null
    cp -a "$store" "$home/copy"
    want 0 "is a copy, or its state was taken away" "$dibs" claim k:2 --store "$home/copy"
    want 0 "token 2" "$dibs" claim k:2
}

# A store that was deleted, and a copy put in its place: ext4 gives the copy's files the numbers of those that went.
case_copy_takes_the_place()
{
    "$dibs" claim k:1 >/dev/null
    cp -a "$store" "$home/copy"
    want 0 "token 2" "$dibs" claim k:2
    rm -r "$store" && cp -a "$home/copy" "$store"
    born=$(stat -c %W "$store/state/data.mdb")
    if [ "${born:-0}" -gt 0 ]; then
        number=$(stat -c %i "$store/state/data.mdb")
        sed -i "s/\"state_inode\": [0-9]*/\"state_inode\": $number/" "$store/store.json"
        want 0 "of a copied directory" "$dibs" status --check
        want 0 "is a copy, or its state was taken away" "$dibs" claim k:3
        want 0 "token 4294967298" "$dibs" show k:3
    else skip "the file system does not tell when a file was made"; fi
}

case_state_copied_from_elsewhere()
{
    "$dibs" claim k:1 >/dev/null
    "$dibs" init "$home/copy" >/dev/null 2>&1
    for i in 1 2 3 4; do "$dibs" claim k:other/$i --store "$home/copy" >/dev/null; done
    cat "$home/copy/state/data.mdb" >"$store/state/data.mdb" # the same file, with the other's bytes
    want 0 "k:1" "$dibs" list
    want 0 "token 2" "$dibs" claim k:2
    want 0 equal "$dibs" replay --verify
}

case_state_deleted()
{
    "$dibs" claim k:1 >/dev/null
    rm -r "$store/state" # what else went with it is not known: as in a copy
    want 0 yours "$dibs" claim k:1
    want 0 "token 4294967298" "$dibs" claim k:2
}

case_state_emptied()
{
    "$dibs" claim k:1 >/dev/null
    : >"$store/state/data.mdb" # the same file, and nothing in it
    want 0 "there is no state" "$dibs" status --check
    want 0 yours "$dibs" claim k:1
    want 0 "token 4294967298" "$dibs" claim k:2
    begin "$case, and the log's beginning is not kept"
    many_records
    rm "$(segment head)"
    : >"$store/state/data.mdb"
    want 0 granted "$dibs" claim k:1 # from the snapshot
    want 0 equal "$dibs" replay --verify
}

# ---------------------------------------------------------------- the log

many_records() # enough for some segments
{
    many_records_of 3
    [ "$(ls "$store"/log/*.seg | wc -l)" -ge 3 ] || { echo "FAILED $case: no segment was full"; failed=1; }
}

many_records_of()
{
    local round
    "$dibs" configure claims_per_minute=1000000 claims_per_session=256 >/dev/null
    for round in $(seq 1 "$1"); do
        for i in $(seq 1 200); do echo "task:$round/$i"; done >"$home/keys"
        "$dibs" claim --from "$home/keys" --session many >/dev/null 2>&1
        "$dibs" release --all --session many >/dev/null
        for i in $(seq 201 400); do echo "task:$round/$i"; done >"$home/keys"
        "$dibs" claim --from "$home/keys" --session many >/dev/null 2>&1
        "$dibs" release --all --session many >/dev/null
    done
}

case_newest_segment_missing()
{
    many_records
    rm "$(segment tail)"
    want 4 "should be here: those up to" "$dibs" claim k:1
    want 4 "are missing at its end" "$dibs" status --check
    want 4 "nothing that was answered is lost" "$dibs" status --check # the state knows it
    cp -a "$store" "$home/copy"
    want 0 "the damaged originals are in" "$dibs" recover
    want 0 "token 1201" "$dibs" claim k:1
    want 0 equal "$dibs" replay --verify
    store=$home/copy DIBS_STORE=$home/copy # without the state what is missing is lost
    rm "$store/state/data.mdb" "$store"/snapshots/*/data.mdb
    want 0 "is a copy, or its state was taken away" "$dibs" claim k:1
}

case_checked_while_others_write()
{
    "$dibs" configure claims_per_minute=1000000 >/dev/null
    for i in $(seq 1 60); do echo "task:$i"; done >"$home/keys"
    touch "$home/go"
    while [ -e "$home/go" ]; do
        "$dibs" claim --from "$home/keys" --session many >/dev/null 2>&1
        "$dibs" release --all --session many >/dev/null 2>&1
    done &
    child=$!
    sound=0
    for i in $(seq 1 60); do
        "$dibs" status --check >"$home/checked" 2>&1 && sound=$((sound + 1)) || cat "$home/checked"
    done
    rm "$home/go"
    wait $child
    child=
    want 0 "sound 60 times of 60" echo "sound $sound times of 60"
}

case_a_segment_in_the_middle_missing()
{
    many_records
    rm "$(ls "$store"/log/*.seg | sed -n 2p)"
    want 0 granted "$dibs" claim k:1
    want 4 "records are missing here" "$dibs" log
    want 4 "nothing that was answered is lost" "$dibs" status --check
    want 0 "the damaged originals are in" "$dibs" recover
    want 0 equal "$dibs" replay --verify
    want 0 yours "$dibs" claim k:1
    want 0 "sound" "$dibs" status --check
}

case_oldest_segment_and_state_missing()
{
    many_records
    rm "$(segment head)" "$store/state/data.mdb"
    want 0 granted "$dibs" claim k:1 # a snapshot knows it all
    rm -r "$store/snapshots" "$store/state"
    want 4 "there is no snapshot from which the state can be built" "$dibs" claim k:1
    want 4 "restore the store from a copy" "$dibs" recover
}

case_damaged_in_the_middle()
{
    for i in 1 2 3 4 5; do "$dibs" claim k:$i >/dev/null; done
    flip_the_middle
    want 4 "$(segment tail), byte 288: no record begins here, though later ones follow" "$dibs" log
    rm "$store/state/data.mdb"
    want 4 "$(segment tail), byte 288: no record begins here" "$dibs" claim k:6
    want 4 "cuts it before record" "$dibs" status --check
    cp -a "$store/log" "$home/log.before"
    want 0 "the damaged originals are in" "$dibs" recover
    cmp -s "$home/log.before/00000000000000000000.seg" "$store"/damaged-*/00000000000000000000.seg || { echo "FAILED $case: the original was not kept"; failed=1; }
    want 0 granted "$dibs" claim k:6
    want 0 equal "$dibs" replay --verify
}

case_recovered_by_root()
{
    [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null || { skip "needs root and setpriv" && return; }
    for i in 1 2 3 4 5; do "$dibs" claim k:$i >/dev/null; done
    chmod 711 "$home"
    echo precious >"$home/precious"
    for lost in history answers; do
        case="recovered_by_root, $lost lost"
        rm -rf "$home/copy" && cp -a "$store" "$home/copy"
        flip_the_middle
        [ $lost = history ] || rm "$store/state/data.mdb"
        ln -s "$home/precious" "$store/lock.new" # root follows nobody's links
        chown -R 65534:65534 "$store"
        want 0 "the damaged originals are in" "$dibs" recover
        want 0 granted setpriv --reuid 65534 --regid 65534 --clear-groups env XDG_CONFIG_HOME=/nonexistent \
            DIBS_SECRET=0123456789abcdef0123456789abcdef "$dibs" claim k:9
        want 0 "not nobody's: []" echo "not nobody's: [$(find "$store" ! -uid 65534)]"
        want 0 "root precious" stat -c "%U $(cat "$home/precious")" "$home/precious"
        rm -rf "$store" && mv "$home/copy" "$store"
    done
}

# What this process has no room for is no damage: nothing may be cut for it.
case_damaged_and_no_room_to_look()
{
    bash -c "ulimit -v 2000000; '$dibs' --version" >/dev/null 2>&1 || { skip "a sanitizer needs more address space" && return; }
    for i in 1 2 3 4 5; do "$dibs" claim k:$i >/dev/null; done
    cp -a "$store" "$home/copy"
    flip_the_middle
    want 4 "whether the store is damaged cannot be told: cannot open the state" bash -c "ulimit -v 2000000; '$dibs' status --check"
    want 4 "raise \`ulimit -v\`" bash -c "ulimit -v 2000000; '$dibs' recover"
    for name in store.json data.mdb /log /snapshots/; do
        want 4 "Too many open files" env LD_PRELOAD="$fake" FAKE_NO_ROOM=$name "$dibs" status --check
        want 4 "Too many open files" env LD_PRELOAD="$fake" FAKE_NO_ROOM=$name "$dibs" recover
    done
    want 0 "nothing that was answered is lost" bash -c "'$dibs' status --check || true"
    want 0 "the damaged originals are in" "$dibs" recover
    want 0 "k:5" "$dibs" list
    rm -rf "$store" && "$dibs" init "$store" --sync >/dev/null 2>&1
    many_records_of 1
    flip_the_middle
    another_boot # what the state has taken in was on the disk
    want 4 "raise \`ulimit -v\`" bash -c "ulimit -v 2000000; '$dibs' claim k:1"
    want 4 "is not whole, though all up to 403 were on the disk" "$dibs" claim k:1
}

until_it_waits_to_write() # PROCESS: it has the lock's file open to write; to look it has it open to read
{
    local begun=$SECONDS
    while kill -0 "$1" 2>/dev/null && [ $((SECONDS - begun)) -lt 60 ]; do
        grep -q "^flags:.*2$" $(for fd in /proc/"$1"/fd/*; do
            [ "$(readlink "$fd")" = "$store/lock" ] && echo "/proc/$1/fdinfo/${fd##*/}"
        done) /dev/null 2>/dev/null && return
        sleep 0.05
    done
}

case_mended_while_recover_waits()
{
    for i in $(seq 1 40); do echo "k:$i"; done | "$dibs" claim --from - >/dev/null
    cp -a "$store" "$home/copy"
    flip_the_middle
    "$hold" "$store/lock" "mending" >"$home/held" &
    child=$!
    until_held "$home/held"
    "$dibs" recover >"$home/recovered" 2>&1 &
    waiter=$!
    until_it_waits_to_write $waiter # it has seen the damage, given up to look at the state (2 s), and waits for the lock
    cp -a "$home/copy/log/." "$store/log"
    kill -TERM $child
    wait $child
    child=
    wait $waiter
    case="$case (nothing is put aside)"
    want 0 "41 whole records in the log" cat "$home/recovered"
    want 2 "No such file" ls -d "$store"/damaged-*
    want 0 "k:40" "$dibs" list
}

# Somebody who has the store open all the while: it offers the lines that come through a pipe, sixteen a record.
open_offerer()
{
    rm -f "$home/lines" && mkfifo "$home/lines"
    "$dibs" offer --from - <"$home/lines" >"$home/offered" 2>&1 &
    child=$!
    exec 8>"$home/lines"
}
offer_some() # it may end in the middle of them
{
    (
        trap '' PIPE
        for i in $(seq 1 40); do echo "{\"key\":\"item:$1/$i\"}"; done >&8
    ) 2>/dev/null
}
until_offered() { until "$dibs" list --offered 2>/dev/null | grep -q "item:$1/16" || ! kill -0 $child 2>/dev/null; do sleep 0.02; done; }
close_offerer()
{
    exec 8>&-
    wait $child
    offered=$?
    child=
}

case_recovered_while_open()
{
    for lost in history answers; do
        begin "recovered_while_open, $lost lost"
        for i in 1 2 3 4 5 6 7 8; do "$dibs" claim k:$i >/dev/null; done
        open_offerer
        offer_some before
        until_offered before
        flip_the_middle
        [ $lost = history ] || rm "$store/state/data.mdb"
        want 0 "the damaged originals are in" "$dibs" recover
        offer_some after # not into a file that lies aside, where nobody reads it
        close_offerer
        want 0 "was recovered or replaced, or its lock deleted, while it was in use; open the store again" cat "$home/offered"
        want 0 "exit 4" echo "exit $offered"
        want 0 "sound" "$dibs" status --check
        want 0 equal "$dibs" replay --verify
        want 0 granted "$dibs" claim k:9
    done
}

# As a roll leaves it before anything is in the new segment, and then the disk fails.
case_newest_segment_without_a_beginning()
{
    for i in 1 2 3 4 5; do "$dibs" claim k:$i >/dev/null; done
    : >"$store/log/00000000000000000006.seg"
    want 4 "00000000000000000006.seg, byte 0: this is not the beginning of a log segment" "$dibs" claim k:6
    want 4 "nothing that was answered is lost" "$dibs" status --check
    want 0 "the damaged originals are in" "$dibs" recover
    want 0 "sound: nothing has to be done" "$dibs" status --check
    want 0 granted "$dibs" claim k:6
    want 0 "k:5" "$dibs" list
    want 0 equal "$dibs" replay --verify
}

# Killed when the state was kept as a snapshot, and nothing was put aside yet.
case_recovered_after_a_recovery_that_was_killed()
{
    for i in 1 2 3 4 5; do "$dibs" claim k:$i >/dev/null; done
    flip_the_middle
    cp -a "$store/log" "$home/copy"
    want 0 "the damaged originals are in" "$dibs" recover
    rm -r "$store/log" "$store"/damaged-* && mv "$home/copy" "$store/log"
    want 0 "the damaged originals are in" "$dibs" recover
    want 0 granted "$dibs" claim k:6
    want 0 "k:5" "$dibs" list
    want 0 equal "$dibs" replay --verify
}

case_damaged_below_what_was_synced()
{
    for i in 1 2 3 4 5; do "$dibs" claim k:$i >/dev/null; done
    another_boot && "$dibs" claim k:6 >/dev/null 2>&1 # syncs what was before
    flip_the_middle
    another_boot
    want 4 "$(segment tail), byte 400: record 3 is not whole, though all up to 6 were on the disk when the machine stopped" "$dibs" claim k:7
}

case_damaged_in_a_store_that_syncs()
{
    rm -rf "$store" && "$dibs" init "$store" --sync >/dev/null 2>&1
    many_records_of 1
    cp -a "$store" "$home/copy"
    flip_the_middle
    another_boot # what the state has taken in was on the disk
    want 4 "is not whole, though all up to 403 were on the disk" "$dibs" claim k:1
    want 4 "is not whole, though all up to 403 were on the disk" "$dibs" status --check
    rm -r "$store/state" # and so was what is further from the end than one turn reaches
    want 4 "no record begins here, though more follow than were on their way to the disk" "$dibs" claim k:1
    want 4 "no record begins here, though more follow than were on their way to the disk" "$dibs" status --check
    store=$home/copy DIBS_STORE=$home/copy
    truncate -s -3 "$(segment tail)" # as a crash may leave the last record
    another_boot
    want 0 "records in the log" "$dibs" status --check
    want 0 "the log was cut at record" "$dibs" claim k:1
    want 0 equal "$dibs" replay --verify
}

case_damaged_at_the_tail()
{
    for i in 1 2 3; do "$dibs" claim k:$i >/dev/null; done
    printf 'half of a record' >>"$(segment tail)"
    want 0 "the log was cut at record 4 (16 bytes that were no whole record)" "$dibs" claim k:4
    want 0 equal "$dibs" replay --verify
}

case_old_segments()
{
    rm -rf "$store" && "$dibs" init "$store" --segment-size 65536 --retain 1ms >/dev/null 2>&1
    many_records_of 4
    [ ! -e "$store/log/00000000000000000000.seg" ] || { echo "FAILED $case: the first segment is still there"; failed=1; }
    want 0 equal "$dibs" replay --verify
    want 0 "sound" "$dibs" status --check
    want 0 "task:4/400" "$dibs" log
    rm -r "$store/state"
    want 0 granted "$dibs" claim k:1
    want 2 "cannot be moved: its log begins with record" "$dibs" migrate "$store" "$home/moved"
    want 2 "Move or copy its directory instead" "$dibs" migrate "$store" "$home/moved" --copy
    want 2 "cannot be exported: its log begins with record" "$dibs" export "$home/exported"
    [ ! -e "$home/moved" ] && [ ! -e "$home/exported" ] || { echo "FAILED $case: something was made of a part"; failed=1; }
    want 0 granted "$dibs" claim k:2 # it was not sealed
    mv "$store" "$home/copy"         # what the words say to do
    want 0 yours "$dibs" claim k:1 --store "$home/copy"
}

case_store_json_missing()
{
    "$dibs" claim k:1 >/dev/null
    rm "$store/store.json"
    want 4 "recover --store" "$dibs" claim k:2
    want 4 "makes store.json anew" "$dibs" status --check
    want 0 "recovered" "$dibs" recover
    want 0 "k:1" "$dibs" list
}

case_a_store_from_a_newer_format()
{
    "$dibs" claim k:1 >/dev/null
    sed -i 's/"format": 1/"format": 9/' "$store/store.json"
    want 4 "use a newer dibs" "$dibs" claim k:2
    want 4 "use a newer dibs" "$dibs" status --check
    want 4 "use a newer dibs" "$dibs" recover
}

# ---------------------------------------------------------------- processes

case_a_stopped_holder()
{
    "$hold" "$store/lock" "thinking hard" >"$home/held" &
    child=$!
    until_held "$home/held"
    kill -STOP $child
    stopped=$(date +%s)
    DIBS_PATIENCE=300ms want 4 "process $child (hold_lock) has held it" "$dibs" claim k:1
    DIBS_PATIENCE=300ms want 4 "thinking hard" "$dibs" claim k:1
    DIBS_PATIENCE=120s "$dibs" claim k:2 >"$home/waiter" 2>&1 &
    waiter=$!
    while [ $(($(date +%s) - stopped)) -lt "$stop_s" ]; do
        DIBS_PATIENCE=1s want 4 "or end that process if it is stuck or stopped" "$dibs" claim k:1
    done
    kill -CONT $child
    DIBS_PATIENCE=300ms want 4 "process $child" "$dibs" claim k:1 # it still holds it
    kill -TERM $child # lets go, and ends
    wait $child || { echo "FAILED $case: the holder did not go on"; failed=1; }
    child=
    wait $waiter || { echo "FAILED $case: who waited did not go on"; failed=1; }
    case="$case (who waited ${stop_s} s and more goes on)"
    want 0 granted cat "$home/waiter"
    want 0 granted "$dibs" claim k:1
}

case_two_containers()
{
    "$dibs" claim k:1 >/dev/null
    if may_isolate -pmf --mount-proc; then
        want 1 'held by "alice"' unshare -pmf --mount-proc "$dibs" claim k:1 --session bob
        want 0 "token 2" unshare -pmf --mount-proc "$dibs" claim k:2 --session bob
        want 1 'held by "bob"' "$dibs" claim k:2
        unshare -pmf --mount-proc --kill-child "$hold" "$store/lock" "living in a container" >"$home/held" &
        child=$!
        until_held "$home/held"
        DIBS_PATIENCE=300ms want 4 "process 1 (hold_lock) of another container has held it" "$dibs" claim k:3
        DIBS_PATIENCE=300ms want 4 "of another container" unshare -pmf --mount-proc "$dibs" claim k:3
        kill -KILL $child
        wait $child 2>/dev/null
        child=
        want 0 granted "$dibs" claim k:3
        want 0 equal "$dibs" replay --verify
    else skip "no right to make namespaces"; fi
}

# ---------------------------------------------------------------- all of them, or one

for name in ${only:-$(sed -n 's/^case_\([a-z_]*\)()$/\1/p' "$0")}; do
    begin "$name"
    "case_$name" || failed=1
done
exit $failed
