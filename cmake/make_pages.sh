#!/bin/sh
# Makes the manual pages and the completions with the program. usage: make_pages.sh DIBS FOLDER
set -eu
dibs=$1 folder=$2
rm -rf "$folder"
mkdir -p "$folder/man"
"$dibs" help --man | gzip -9n >"$folder/man/dibs.1.gz"
for command in $("$dibs" help | awk '/^  [a-z]/ { print $1 }'); do
    "$dibs" help --man "$command" | gzip -9n >"$folder/man/dibs-$command.1.gz"
done
for shell in bash zsh fish; do
    "$dibs" completion $shell >"$folder/dibs.$shell"
done
touch "$folder/done"
