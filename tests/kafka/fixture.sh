#!/bin/bash
# ctest's fixture: one broker for all tests of this ctest run, killed at its end, or when ctest itself ends or is killed.
# usage: fixture.sh up|down FOLDER. The broker's files and `addresses` are in FOLDER/<process id of ctest>.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$2/$PPID

case $1 in
    up)
        mkdir -p "$2" || exit 1
        for old in "$2"/[0-9]*; do # of runs that are over
            [ -d "/proc/${old##*/}" ] || rm -rf "$old"
        done
        "$root/tools/broker" up "$folder" --parent $PPID || exit 1
        "$root/tools/broker" addresses "$folder" >"$folder/addresses"
        ;;
    down)
        "$root/tools/broker" down "$folder" && rm -rf "$folder"
        ;;
    *)
        echo "usage: fixture.sh up|down FOLDER"
        exit 2
        ;;
esac
