#!/bin/sh
# Runs every fenced `sh` block of a document, a command at a time, in one shell with a home of its own, as a reader
# would in the repository's root. A command must succeed, or end as its comment says: `# exits 1`.
# usage: run_commands.sh DOCUMENT.md [BIN_FOLDER [FOLDER]]; with FOLDER, which is home then, they run there
set -u
document=$1
[ -z "${2:-}" ] || PATH=$2:$PATH
home=$(mktemp -d) && trap 'rm -rf "$home"' EXIT
export PATH HOME="$home" XDG_CONFIG_HOME="$home/config" XDG_STATE_HOME="$home/state" TMPDIR="$home"
unset DIBS_STORE DIBS_SESSION DIBS_SECRET DIBS_SECRET_FILE DIBS_TOKEN DIBS_KEYS

awk '/^```sh$/ { on = 1; next } /^```/ { on = 0 } on && NF { print }' "$document" >"$home/commands"
if [ ! -s "$home/commands" ]; then
    echo "$document: no commands"
    exit 1
fi

# Each line becomes: say it, run it, compare how it ended.
awk '
    { expected = 0 }
    match($0, /# exits [0-9]+ *$/) {
        expected = substr($0, RSTART + 8) + 0
        sub(/ *# exits [0-9]+ *$/, "")
    }
    # The one that is running this: its help stands for it.
    /^\.\/check( |$)/ { $0 = "./check --help" }
    {
        quoted = $0
        gsub(/\047/, "\047\\\047\047", quoted)
        print "printf \047$ %s\\n\047 \047" quoted "\047"
        print $0
        print "ended=$?; [ $ended -eq " expected " ] || { echo \"  exit $ended, expected " expected "\"; bad=1; logs; }"
    }
    # What was started says why it is not there.
    BEGIN { print "bad=0; logs() { find \"$TMPDIR\" -maxdepth 2 -name \"*.log\" -exec tail -n 5 {} +; }" }
    END { print "exit $bad" }' "$home/commands" >"$home/script"
[ -z "${3:-}" ] || { cd "$3" && HOME=$3; } || exit 1
sh "$home/script" 2>&1
