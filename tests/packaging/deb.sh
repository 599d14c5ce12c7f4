#!/bin/bash
# The Debian packages: built twice, in two places, they are the same byte for byte; installed on a machine (this one's
# files under an overlay) a program of twenty lines is built with pkg-config and runs, and removing leaves nothing.
# usage: deb.sh FOLDER (what is built stays there)
set -u
root=$(pwd)
folder=$(realpath -m "$1")
rm -rf "$folder" && mkdir -p "$folder" || exit 1
export CCACHE_DISABLE=1 SOURCE_DATE_EPOCH=1764374400 # a cache would make them the same
unset CMAKE_C_COMPILER_LAUNCHER
failed=0

# Other folders, other times; and the source is another copy, too. The umask is one: CPack makes folders by it.
umask 022
for place in one a/longer/place; do
    mkdir -p "$folder/$place/source"
    git ls-files -z -co --exclude-standard | xargs -0 tar -c | tar -x -C "$folder/$place/source"
    (
        cd "$folder/$place/source" && cmake --preset deb -B ../build && cmake --build ../build -j "$(nproc)" &&
            cd ../build && cpack -G DEB
    ) >"$folder/log" 2>&1 || { tail -n 30 "$folder/log"; exit 1; }
done
(cd "$folder/one/build" && sha256sum ./*.deb) | tee "$folder/sums"
[ "$(wc -l <"$folder/sums")" = 2 ] || { echo "there are not two packages"; failed=1; }
(cd "$folder/a/longer/place/build" && sha256sum --quiet -c "$folder/sums") || { echo "built again they differ"; failed=1; }
cp "$folder"/one/build/*.deb "$folder"
[ "$(id -u)" = 0 ] || { echo "installing needs root; not tried"; exit $failed; }

cat >"$folder/inside" <<'TEXT'
set -e
mount -t tmpfs tmpfs "$1/machine"
mkdir "$1/machine/upper" "$1/machine/work" "$1/machine/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/machine/upper,workdir=$1/machine/work" "$1/machine/root"
mount --rbind /dev "$1/machine/root/dev"
mount -t proc proc "$1/machine/root/proc"
cp "$1"/*.deb "$2/examples/hold.c" "$1/machine/root/mnt/"
exec chroot "$1/machine/root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/srv DIBS_SESSION=alice sh -ec '
    cd /mnt
    dpkg -i ./*.deb >dpkg.log 2>&1 || { cat dpkg.log; exit 1; }
    dibs version
    [ -s /usr/share/doc/dibs/copyright ] && [ -s /usr/share/doc/libdibs-dev/copyright ] || { echo "no licence"; exit 1; }
    grep -q "^libdibs 0 dibs (>= " /var/lib/dpkg/info/dibs.shlibs || { echo "programs that use it do not come to need it"; exit 1; }
    cc -std=c17 -o hold hold.c $(pkg-config --cflags --libs dibs)
    dibs init /srv/store >/dev/null 2>&1
    export DIBS_STORE=/srv/store
    ./hold task:twenty-lines
    dibs show task:twenty-lines
    dibs exec task:another -- sh -c "echo held under token \$DIBS_TOKEN"
    ldd hold | grep libdibs.so.0
    man -w dibs-exec
    dpkg -r libdibs-dev dibs >dpkg.log 2>&1 || { cat dpkg.log; exit 1; }
    [ ! -e /usr/bin/dibs ] || { echo "dibs is there still"; exit 1; }
    ! find /usr -newer hold.c -name "*dibs*" | grep -v /doc/'
TEXT
mkdir "$folder/machine"
unshare --mount sh "$folder/inside" "$folder" "$root" || { echo "installing the packages failed"; failed=1; }
exit $failed
