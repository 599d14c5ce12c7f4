#!/bin/sh
# quality.sh IDEAS DATA: the shipped core knows one idea for one at least as well as it is said to (docs/IDEAS.md).
"$1" "$2/changelog_pairs.jsonl" "$2/agent_clusters.txt" 100 | tee /dev/stderr | sed 's/([ 0-9]*)//g' | awk '
    /^pairs: both halves/ { pairs = 1; good = $(NF - 2) >= .975 && $(NF - 1) >= .855 }
    /^paraphrases: all / && !/siblings/ { paraphrases = 1; better = $(NF - 2) >= .907 }
    END { exit !(pairs && paraphrases && good && better) }'
