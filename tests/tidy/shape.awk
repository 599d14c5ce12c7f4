# Prints what is wrong with the shape of C files; see shape.sh.

BEGIN {
    while ((getline line <allow) > 0)
        if (line !~ /^(#|$)/) {
            split(line, word, " ")
            longer[word[1]] = word[2]
        }
}

function complain(at, words)
{
    print FILENAME ":" at ": " words
}

function finish_file()
{
    limit = previous in longer ? longer[previous] : previous ~ /^tests\// ? 450 : 300
    if (previous != "" && count > limit)
        print previous ":" count ": " count " lines, at most " limit " (split it, or say why in tests/tidy/shape.allow)"
}

FNR == 1 {
    finish_file()
    previous = FILENAME
    in_function = 0
    if ($0 !~ /^\/\* [A-Za-z`_0-9]/)
        complain(1, "the first line does not say what the file is for")
}

{
    count = FNR
    if (index($0, "\t"))
        complain(FNR, "a tab")
    if ($0 ~ / $/)
        complain(FNR, "blanks at the end of a line")
}

# A function's brace stands alone at column 0, and so does the one that ends it.
/^\{$/ {
    in_function = 1
    began = FNR
    name = before
    sub(/\(.*/, "", name)
    sub(/.*[ *]/, "", name)
}
/^\}$/ && in_function {
    in_function = 0
    size = FNR - began - 1
    sizes[size]++
    functions++
    if (size > longest) {
        longest = size
        longest_name = FILENAME ":" name
    }
    limit = (FILENAME ":" name) in longer ? longer[FILENAME ":" name] : 70
    if (size > limit)
        complain(began, name " has " size " lines, at most " limit)
}
/^[A-Za-z_].*\(/ && !in_function { before = $0 }

# The size that a share of all functions do not exceed.
function at_most(share,    size, seen)
{
    for (size = 0; size <= longest; size++) {
        seen += sizes[size]
        if (seen >= share * functions)
            return size
    }
}

END {
    finish_file()
    if (functions > 0)
        printf "%d functions: half have at most %d lines, nine in ten at most %d, the longest (%s) %d\n", functions,
            at_most(0.5), at_most(0.9), longest_name, longest >report
}
