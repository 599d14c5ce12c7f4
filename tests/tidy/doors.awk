# Reads `file:line:#include …` lines and prints those that go through a wall.

BEGIN {
    # The rooms and what each may include beside itself; what isn't here is a wall.
    may["include"] = ""
    may["base"] = "include"
    may["start"] = ""
    may["messages"] = "base"
    may["proto"] = "messages base"
    may["log"] = "base"
    may["state"] = "messages base"
    may["core"] = "state messages base"
    may["intake"] = "core state log proto messages base"
    may["http"] = "state messages base"
    may["daemon"] = "intake core state http log proto messages base start"
    may["shim"] = "intake core state log proto messages base include start"
    may["cli"] = "include start"
    may["forensics"] = "intake core state log proto messages base"

    # Libraries, and the only files that may know them (beside tests and bench).
    vendor["^lmdb\\.h$"] = "^coordinator/state/"
    vendor["^xxhash\\.h$"] = "^base/hash|^coordinator/state/digest\\.c$"
    vendor["^sodium"] = "^base/(hash|random)"
    vendor["^(librdkafka/|rdkafka)"] = "^log/kafka_"
    vendor["(^|/)dibs\\.pb-c\\.h$|^protobuf-c/"] = "^proto/codec"
    vendor["^jansson\\.h$"] = "^agent-shim/cli/((output_json(_plain|_supply)?|offer_(json|github))\\.c|(json|offer_json)\\.[ch])$|^coordinator/http/claims_json\\.c$"
    vendor["^sqlite3\\.h$"] = "^agent-shim/cli/coordination_registry\\.c$"
    vendor["^yaml\\.h$"] = "^agent-shim/cli/front_matter\\.c$"
    vendor["^microhttpd\\.h$"] = "^coordinator/http/listener\\.c$"
    vendor["^criterion/"] = "^$"

    # All the libc that the core may see: types and bytes.
    core_libc = " stdbool.h stddef.h stdint.h string.h limits.h inttypes.h stdalign.h "
    include_libc = " stdbool.h stddef.h stdint.h "
}

function room_of(path)
{
    if (path ~ /^(include\/)?dibs\//)
        return "include"
    if (path ~ /^proto\/(messages|policy_table)\.h$/)
        return "messages"
    if (path ~ /^base\/standard_files\./) # what a program does before all else
        return "start"
    if (path ~ /^(base|proto|log|forensics)\//)
        return substr(path, 1, index(path, "/") - 1)
    if (path ~ /^coordinator\/(core|state|intake|daemon|http)\//) {
        split(path, part, "/")
        return part[2]
    }
    if (path ~ /^agent-shim\/cli\//)
        return "cli"
    if (path ~ /^agent-shim\//)
        return "shim"
    if (path ~ /^(tests|bench|examples)\//)
        return "anything"
    return ""
}

function exists(path,    line, found)
{
    found = (getline line <path) >= 0
    close(path)
    return found
}

function complain(words)
{
    print file ":" line ": " words
}

{
    split($0, part, ":")
    file = part[1]
    line = part[2]
    if (!match($0, /[<"][^>"]+[>"]/))
        next
    quoted = substr($0, RSTART, 1) == "\""
    target = substr($0, RSTART + 1, RLENGTH - 2)
    from = room_of(file)
    if (from == "") {
        complain("is in no room that tests/tidy/doors.awk knows")
        next
    }
    if (from == "anything")
        next

    for (pattern in vendor)
        if (target ~ pattern) {
            if (file !~ vendor[pattern])
                complain(target " stays behind " vendor[pattern])
            next
        }

    to = room_of(target)
    if (quoted && to == "") {
        folder = file
        sub(/[^\/]*$/, "", folder)
        if (index(target, "/") == 0 && exists(root "/" folder target))
            next # a neighbour
        complain("\"" target "\" is neither a path from the root nor a neighbour")
    } else if (!quoted && to == "") {
        if (from == "core" && index(core_libc, " " target " ") == 0)
            complain("the core may not see <" target ">")
        if (from == "include" && index(include_libc, " " target " ") == 0)
            complain("the public headers may not see <" target ">")
    } else if (to != from && index(" " may[from] " ", " " to " ") == 0)
        complain("a wall: " from " may not include " to " (\"" target "\")")
}
