#!/bin/bash
# The soak's judge: what is flat passes, what grows does not, in each of its columns; a few samples are none.
set -u
soak=$(dirname "$0")/soak.sh folder=$(mktemp -d) failed=0
trap 'rm -rf "$folder"' EXIT
samples() # column that grows (0: none), by how much an hour
{
    awk -v column="$1" -v growth="$2" 'BEGIN {
        for (t = 0; t <= 1800; t += 10) {
            split(t " 9300 50 9300 50 32000 1240 22000", value, " ")
            for (i = 2; i <= 8; i++) value[i] += (i == column ? growth * t / 3600 : 0) + (t / 10 % 3)
            for (i = 1; i <= 8; i++) printf "%d%s", value[i], i == 8 ? "\n" : " "
        }
    }' >"$folder/samples"
}
samples 0 0
bash "$soak" --judge "$folder/samples" >/dev/null || { echo "what is flat is said to grow"; failed=1; }
for column in 2 4 6 8; do
    samples $column 16000 # 16 MB an hour: 16 bytes of each of a thousand records a second
    bash "$soak" --judge "$folder/samples" >/dev/null && { echo "column $column grows unnoticed"; failed=1; }
done
for column in 3 5 7; do
    samples $column 600 # a file for each of 50 clients and each of 12 restarts
    bash "$soak" --judge "$folder/samples" >/dev/null && { echo "column $column grows unnoticed"; failed=1; }
done
head -n 3 "$folder/samples" >"$folder/few"
bash "$soak" --judge "$folder/few" >/dev/null && { echo "three samples are enough for it"; failed=1; }
exit $failed
