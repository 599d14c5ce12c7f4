# Shared by ./quickstart and ./check (sourced): what a machine must have, and getting it with apt-get.
# Quick and silent when all is there; says what it installs when not. Changes nothing else on the machine.

BUILD_PACKAGES="gcc libc6-dev binutils cmake ninja-build pkg-config liblmdb-dev libxxhash-dev libsodium-dev libjansson-dev libmicrohttpd-dev librdkafka-dev libsqlite3-dev libyaml-dev"
RUN_PACKAGES="liblmdb0 libxxhash0 libsodium23 libjansson4 libmicrohttpd12 librdkafka1 libsqlite3-0 libyaml-0-2"
TEST_PACKAGES="libcriterion-dev libprotobuf-c-dev protobuf-c-compiler"
CLANG_PACKAGES="clang"
SANITIZER_PACKAGES="libclang-rt-dev"
TIDY_PACKAGES="clang clang-format"
BROKER_PACKAGES="default-jre-headless maven"
KAFKA_PACKAGES="$BROKER_PACKAGES openssl iproute2 faketime"
DOCS_PACKAGES="curl"
PACKAGING_PACKAGES="systemd python3-yaml docker-compose bash zsh fish mandoc man-db file git dpkg-dev"
ARM64_PACKAGES="gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user-static"

say()
{
    printf '%s: %s\n' "${SELF:-dibs}" "$*" >&2
}

die()
{
    say "$*"
    exit 2
}

# Is this package, or one that stands for it, installed?
package_installed()
{
    case $1 in
        libclang-rt-dev) set -- 'libclang-rt*-dev' ;; # the numbered one is what matters
        pkg-config) set -- 'pkg*conf*' ;;             # pkgconf on newer releases
    esac
    dpkg-query -W -f='${db:Status-Abbrev}\n' "$1" 2>/dev/null | grep -q '^ii'
}

# Before Debian 12 and Ubuntu 23.04 clang came with its sanitizers: no such package, nothing to install.
package_known()
{
    [ "$1" != libclang-rt-dev ] || [ -n "$(apt-cache pkgnames libclang-rt-dev)" ]
}

as_root()
{
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        die "packages are missing ($missing) and this is neither root nor a machine with sudo: install them and run again"
    fi
}

# require_packages PACKAGE...: installs those that are missing.
require_packages()
{
    missing=
    command -v dpkg-query >/dev/null 2>&1 ||
        die "this is neither Debian nor Ubuntu: install by hand what tools/setup.sh lists, then use cmake --preset release"
    for package in "$@"; do
        package_installed "$package" || case " $missing " in
            *" $package "*) ;;
            *) missing="$missing $package" ;;
        esac
    done
    missing=${missing# }
    [ -n "$missing" ] || return 0
    say "refreshing the package lists (apt-get update)"
    as_root apt-get -qq update || die "apt-get update failed: is there a network?"
    wanted=
    for package in $missing; do
        package_known "$package" && wanted="$wanted $package"
    done
    [ -n "$wanted" ] || return 0
    say "installing:$wanted"
    # shellcheck disable=SC2086 # a list of words
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install $wanted \
        >"$BUILD/apt.log" 2>&1 || {
        tail -n 20 "$BUILD/apt.log" >&2
        die "apt-get could not install:$wanted (the whole text is in $BUILD/apt.log)"
    }
}

# configure_preset NAME [-DX=Y...]: cmake's own chatter goes to a file unless it fails.
configure_preset()
{
    preset=$1
    shift
    cmake --preset "$preset" "$@" >"$BUILD/configure-$preset.log" 2>&1 || {
        cat "$BUILD/configure-$preset.log" >&2
        die "cmake could not configure preset '$preset'"
    }
}
