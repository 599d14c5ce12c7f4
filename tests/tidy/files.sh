# Sourced by the checks: the files of the tree at $root, tracked or new, without what is built.

# files PATTERN...: paths below $root whose names match one of the globs (all without one)
files()
{
    {
        git -C "$root" ls-files -co --exclude-standard -- "$@" 2>/dev/null ||
            (cd "$root" && find . -type f ! -path './build/*' ! -path './.git/*' | sed 's,^\./,,')
    } | sort -u | while IFS= read -r file; do
        [ -f "$root/$file" ] || continue
        [ $# -eq 0 ] && echo "$file"
        for pattern in "$@"; do
            # shellcheck disable=SC2254 # a glob it is
            case $file in $pattern) echo "$file" && break ;; esac
        done
    done
}

# verdict NAME: fails when the file of complaints has any, and shows them; or when there was nothing to look at
verdict()
{
    [ -n "$(files | head -n 1)" ] || { echo "$1: there are no files in $root"; return 1; }
    [ ! -s "$complaints" ] && return 0
    cat "$complaints"
    echo "$1: $(wc -l <"$complaints") to mend"
    return 1
}

root=$(cd "${1:-.}" && pwd) || exit 1
complaints=$(mktemp) && trap 'rm -f "$complaints"' EXIT
here=$(cd "$(dirname "$0")" && pwd)
