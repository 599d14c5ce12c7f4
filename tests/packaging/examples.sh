#!/bin/sh
# The pre-push hook: a push without a token, with an old one, of another branch, or when nobody can be asked is refused.
# usage: examples.sh DIBS
set -u
dibs=$(realpath "$1")
hook=$(realpath examples/pre-push)
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
export PATH="${dibs%/*}:$PATH" HOME="$folder" DIBS_STORE="$folder/store" XDG_CONFIG_HOME="$folder/config" DIBS_SESSION=alice
export GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
unset DIBS_SECRET DIBS_SECRET_FILE DIBS_TOKEN DIBS_KEYS
failed=0
dibs init >/dev/null 2>&1
git init -q --bare "$folder/remote.git" && git init -q -b login "$folder/work" && cd "$folder/work" || exit 1
git config dibs.repository github:acme/app
git remote add origin "$folder/remote.git"
cp "$hook" .git/hooks/pre-push

# push STATUS WORDS [VARIABLE=VALUE]: what the push says; the branch moves only when it is 0
push()
{
    git commit -q --allow-empty -m "$2"
    before=$(git -C "$folder/remote.git" rev-parse -q --verify login)
    env ${3:+"$3"} git push -q origin login >"$folder/out" 2>&1
    ended=$?
    [ $ended -eq 0 ] || ended=1
    after=$(git -C "$folder/remote.git" rev-parse -q --verify login)
    moved=$([ "$before" = "$after" ] && echo 1 || echo 0)
    [ $ended -eq "$1" ] && [ "$moved" -eq "$1" ] && grep -qF -e "$2" "$folder/out" && return
    echo "expected $1 and '$2', got $ended (moved: $moved):"
    cat "$folder/out"
    failed=1
}

push 1 'no claim on branch:login: dibs exec branch:login --in github:acme/app -- git push origin login'
token=$(dibs claim branch:login --in github:acme/app --json | grep -o '"token":[0-9]*' | head -n 1 | cut -d: -f2)
push 0 'valid' "DIBS_TOKEN=$token"
push 1 'does not hold branch:login now' "DIBS_TOKEN=$((token + 1))"
dibs release branch:login --in github:acme/app >/dev/null
push 1 'does not hold branch:login now' "DIBS_TOKEN=$token"
other=$(dibs claim branch:other --in github:acme/app --json | grep -o '"token":[0-9]*' | head -n 1 | cut -d: -f2)
push 1 'does not hold branch:login now' "DIBS_TOKEN=$other"
git config --unset dibs.repository
push 1 'git config dibs.repository github:OWNER/NAME' # a folder is no repository with a name
git config dibs.repository github:acme/app
git commit -q --allow-empty -m last
dibs exec branch:login --in github:acme/app -- git push -q origin login 2>/dev/null || { echo "by dibs exec it is refused"; failed=1; }
mv "$DIBS_STORE" "$folder/elsewhere"
push 1 'does not hold branch:login now' "DIBS_TOKEN=$other"
exit $failed
