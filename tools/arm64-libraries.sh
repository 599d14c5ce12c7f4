#!/bin/sh
# Fetches the aarch64 builds of the libraries into a folder, as a root for the cross compiler. The system's own package
# state isn't touched: apt works on lists of its own in that folder.
# usage: arm64-libraries.sh DIR
set -u
dir=$1
packages="liblmdb-dev libxxhash-dev libsodium-dev libjansson-dev libmicrohttpd-dev librdkafka-dev libsqlite3-dev libyaml-dev"
[ -e "$dir/complete" ] && exit 0
rm -rf "$dir" && mkdir -p "$dir/apt/lists/partial" "$dir/apt/cache/archives/partial" "$dir/apt/dpkg" "$dir/packages" ||
    exit 2
: >"$dir/apt/dpkg/status"

apt_arm64()
{
    apt-get -qq -o Dir::State="$dir/apt" -o Dir::State::lists="$dir/apt/lists" -o Dir::Cache="$dir/apt/cache" \
        -o Dir::State::status="$dir/apt/dpkg/status" -o APT::Architecture=arm64 -o APT::Architectures=arm64 \
        -o APT::Sandbox::User= -o Debug::NoLocking=1 "$@"
}

echo "arm64-libraries: fetching $packages into $dir" >&2
# shellcheck disable=SC2086 # a list of words
apt_arm64 update && (cd "$dir/packages" && apt_arm64 download $packages) || {
    echo "arm64-libraries: apt-get could not fetch them" >&2
    exit 2
}
mkdir "$dir/root" || exit 2
for package in "$dir"/packages/*.deb; do
    dpkg-deb -x "$package" "$dir/root" || exit 2
done
# What the libraries themselves need isn't fetched: the golden logs' program links none that needs more.
find "$dir/root" -name "*.pc" -exec sed -i '/^Requires.private:/d' {} + || exit 2
find "$dir/root" -name "*.so" -exec rm {} + # only the archives: programs are linked statically
touch "$dir/complete"
