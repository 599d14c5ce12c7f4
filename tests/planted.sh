# Shared by the runs that plant bugs (sourced, with $here set): one bug at a time, in a copy of its file below $work.
#
#   run.sh BUILD_FOLDER [--limit SEEDS] [NAME...]
root=$(cd "$here/../../.." && pwd)
build=${1:?usage: run.sh BUILD_FOLDER [--limit SEEDS] [NAME...]}
shift
limit=20000
[ "${1:-}" = --limit ] && { limit=$2; shift 2; }
wanted=" $* "
work=$(mktemp -d "${TMPDIR:-/tmp}/dibs-planted-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
tab=$(printf '\t')

# is_wanted NAME: a line of bugs.tsv that is to be run
is_wanted()
{
    case $1 in '' | '#'*) return 1 ;; esac
    [ "$wanted" = "  " ] || case $wanted in *" $1 "*) ;; *) return 1 ;; esac
}

# plant FILE OLD NEW: a copy of the file with NEW in the one place where OLD stands, literally; \n in both is a line's
# end, NEW "-" is nothing. False: OLD is not there exactly once.
plant()
{
    rm -rf "$work"/* && mkdir -p "$work/$(dirname "$1")"
    OLD=$2 NEW=$3 awk '
        function lines(text,  out, at) {
            while ((at = index(text, "\\n"))) { out = out substr(text, 1, at - 1) "\n"; text = substr(text, at + 2) }
            return out text }
        { whole = whole $0 "\n" }
        END {
            old = lines(ENVIRON["OLD"]); new = ENVIRON["NEW"] == "-" ? "" : lines(ENVIRON["NEW"])
            at = index(whole, old)
            if (!at || index(substr(whole, at + 1), old)) exit 1
            printf "%s", substr(whole, 1, at - 1) new substr(whole, at + length(old)) }' "$root/$1" >"$work/$1"
}
