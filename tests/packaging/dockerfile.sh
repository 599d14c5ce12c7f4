#!/bin/bash
# The Dockerfile, carried out without an engine: each stage is a Debian made by debootstrap, its COPY and RUN lines are
# done in a chroot; then the programs run there as the image's user. Needs root, debootstrap and a network; minutes.
# What an engine alone can show (its layers, its networks) is not shown here.
# usage: dockerfile.sh DOCKERFILE CONTEXT [COMMAND...]: the command, too, with the image's folder and user as last arguments
set -u
dockerfile=$1
context=$(cd "$2" && pwd)
shift 2
if [ "$(id -u)" != 0 ] || ! command -v debootstrap >/dev/null; then
    echo "skipped: needs root and debootstrap"
    exit 77
fi
work=$(mktemp -d) && trap 'rm -rf --one-file-system "$work"' EXIT
die()
{
    echo "$*"
    exit 1
}

# inside STAGE USER FOLDER COMMAND...: in namespaces that end with it, so that nothing stays mounted or running
inside()
{
    local root=$work/$1 user=$2 folder=$3
    shift 3
    unshare --mount --pid --fork --kill-child --mount-proc="$root/proc" chroot --userspec="$user" "$root" \
        /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/ \
        /bin/sh -c 'cd "$0" && exec "$@"' "$folder" "$@"
}

# The base image is a minimal Debian; made once, copied for each stage.
from() # image, stage
{
    case $1 in debian:12 | debian:12-slim) ;; *) die "this test knows no image $1" ;; esac
    if [ ! -d "$work/base" ]; then
        debootstrap --variant=minbase bookworm "$work/base" http://deb.debian.org/debian >"$work/log" 2>&1 ||
            { tail -n 20 "$work/log"; die "debootstrap failed"; }
        cp /etc/resolv.conf "$work/base/etc/resolv.conf"
    fi
    cp -a "$work/base" "$work/$2"
}

copy() # stage, source root, source..., target
{
    local root=$work/$1 from=$2 target=${*: -1} source
    shift 2
    while [ $# -gt 1 ]; do
        source=$from/$1
        [ -e "$source" ] || die "COPY: there is no $1"
        case $target in
            */) mkdir -p "$root$target" && cp -a "$source" "$root$target" ;;
            *)
                mkdir -p "$(dirname "$root$target")"
                if [ -d "$source" ]; then
                    mkdir -p "$root$target" && tar -C "$source" --exclude=./.git --exclude=./build -cf - . | tar -C "$root$target" -xf -
                else
                    cp -a "$source" "$root$target"
                fi
                ;;
        esac || die "COPY $1 failed"
        shift
    done
    chown -R --no-dereference 0:0 "$root$target"
}

stage=none user=0 folder=/
while IFS= read -r line; do
    word=${line%% *} rest=${line#* }
    case $word in
        FROM)
            stage=${rest##* AS } user=0 folder=/
            [ "$stage" != "$rest" ] || stage=final
            from "${rest%% *}" "$stage"
            ;;
        RUN)
            echo "[$stage] RUN $rest"
            inside "$stage" "$user" "$folder" /bin/sh -c "$rest" >"$work/log" 2>&1 || { tail -n 30 "$work/log"; die "RUN failed"; }
            ;;
        COPY)
            # shellcheck disable=SC2086 # a list of words
            case $rest in
                --from=*) other=${rest#--from=}; copy "$stage" "$work/${other%% *}" ${rest#* } ;;
                *) copy "$stage" "$context" $rest ;;
            esac
            ;;
        WORKDIR) folder=$rest; mkdir -p "$work/$stage$folder" ;;
        USER) user=$rest ;;
        ENTRYPOINT | CMD | HEALTHCHECK | VOLUME) ;;
        *) die "this test doesn't know $word" ;;
    esac
done < <(sed -e ':again' -e '/\\$/{N;s/\\\n *//;b again' -e '}' -e '/^#/d' -e '/^$/d' "$dockerfile")

[ "$user" != 0 ] && [ "$user" != root ] || die "the image's user is root"
inside final "$user" / dibs version || die "dibs doesn't run in the image"
inside final "$user" / dibsd --version || die "dibsd doesn't run in the image"
said=$(inside final "$user" / env XDG_CONFIG_HOME=/tmp/c /usr/share/dibs/examples/busy-day --dir /tmp/day --workers 2 2>&1) ||
    die "the busy day failed: $said"
# Without a broker: it loads librdkafka, makes its state, and says that nobody answers.
said=$(inside final "$user" / timeout 20 dibsd --store kafka://127.0.0.1:1/demo --state /var/lib/dibsd 2>&1)
case $said in
    *127.0.0.1:1*) ;;
    *) die "dibsd without a broker said: $said" ;;
esac
find "$work/final/var/lib/dibsd" -mindepth 1 -delete # what a container writes is not in its image
for path in /usr/local/bin/dibsd /usr/share/dibs/examples/busy-day /etc; do
    inside final "$user" / test -w "$path" && die "$path can be written by the image's user"
done
inside final "$user" / test -w /var/lib/dibsd || die "the state directory cannot be written"
du -sh "$work/final" | sed "s,$work/,,"
[ $# -eq 0 ] || "$@" "$work/final" "$user"
