#!/bin/bash
# The completions, in the shells that they are for: every command and each option of it is offered, and what an option
# takes. usage: completion.sh DIBS
set -u
dibs=$(realpath "$1")
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
export PATH="${dibs%/*}:$PATH" HOME="$folder"
failed=0
for shell in bash zsh fish; do
    dibs completion $shell >"$folder/dibs.$shell" || { echo "dibs completion $shell failed"; exit 1; }
done
dibs completion sh 2>/dev/null && { echo "a completion for sh"; failed=1; }
cd "$folder" && touch a-file || exit 1

# expect SHELL 'LINE' WORD...: all of them are offered for that line
expect()
{
    local shell=$1 line=$2 word offered
    shift 2
    offered=$(offer_$shell "$line")
    for word in "$@"; do
        case $word in
            !*) grep -qxF -e "${word#!}" <<<"$offered" && { echo "$shell: '$line' offers ${word#!}"; failed=1; } ;;
            *) grep -qxF -e "$word" <<<"$offered" || { echo "$shell: '$line' does not offer $word, but:" $offered; failed=1; } ;;
        esac
    done
}

offer_bash()
{
    bash --norc --noprofile -c '
        . ./dibs.bash
        read -ra COMP_WORDS <<<"$1"
        [[ $1 != *" " ]] || COMP_WORDS+=("")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _dibs
        printf "%s\n" "${COMPREPLY[@]}"' sh "$1"
}
offer_fish()
{
    fish --no-config -c 'source ./dibs.fish; complete -C "$argv[1]"' "$1" | cut -f 1
}

commands=$(dibs help | awk '/^  [a-z]/ { print $1 }')
[ "$(wc -w <<<"$commands")" -gt 20 ] || { echo "dibs help lists no commands"; failed=1; }
for shell in bash fish; do
    # shellcheck disable=SC2086 # a list of words
    expect $shell 'dibs ' $commands
    expect $shell 'dibs re' renew release revoke replay '!claim'
    for command in $commands; do
        # shellcheck disable=SC2046
        expect $shell "dibs $command --" $(dibs help "$command" | grep -oE '^  --[a-z-]+' | tr -d ' ')
    done
    expect $shell 'dibs claim --a' --any --about --aka --again '!--ttl'
    expect $shell 'dibs exec k --then ' release 'done'
    expect $shell 'dibs completion ' bash zsh fish
    expect $shell 'dibs help cl' claim '!list'
    expect $shell 'dibs revoke --operator-key a-' a-file
    expect $shell 'dibs list --store a-' a-file
done
expect bash 'dibs --json sta' status
expect bash 'dibs claim k --ttl ' '!a-file'
touch 'b file'
for shell in bash fish; do
    expect $shell 'dibs revoke --operator-key b' 'b file'
    expect $shell 'dibs claim --from b' 'b file'
    expect $shell 'dibs init b' 'b file'
done

# zsh completes on a terminal only: what is typed becomes the whole word.
zsh_types() # what is typed, what must come of it
{
    timeout 60 zsh -f -c '
        zmodload zsh/zpty
        zpty inner zsh -f -i
        zpty -w inner "PS1=; autoload -Uz compinit; compinit -u -D; . ./dibs.zsh; echo re\"\"ady"
        zpty -r inner said "*ready*" || exit 1
        zpty -n -w inner "$1"$'"'\t'"'
        zpty -r inner said "*$2*"' zsh "$1" "$2" || { echo "zsh: '$1' does not become '$2'"; failed=1; }
}
zsh_types 'dibs cla' 'dibs claim'
zsh_types 'dibs exec k --the' 'dibs exec k --then'
zsh_types 'dibs exec k --then=rel' 'then=release'
zsh_types 'dibs completion fi' 'dibs completion fish'
zsh_types 'dibs claim --dry' 'dibs claim --dry-run'
zsh_types 'dibs list --store a-f' 'a-file'
zsh -n dibs.zsh || failed=1
exit $failed
