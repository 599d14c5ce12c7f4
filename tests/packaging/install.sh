#!/bin/sh
# What is installed is whole: programs, shared and static library, pkg-config, CMake package, manual, completions; the
# shared library shows what the headers declare and no more; and it can be taken away again by the manifest.
# usage: install.sh BUILD_FOLDER
set -u
build=$(realpath "$1")
root=$(pwd)
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
prefix=$folder/usr
failed=0
fail()
{
    echo "$*"
    failed=1
}

cmake --install "$build" --prefix "$prefix" >"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
library=$(find "$prefix" -name libdibs.so) && libraries=${library%/*}
export PKG_CONFIG_PATH="$libraries/pkgconfig" LD_LIBRARY_PATH="$libraries" PATH="$prefix/bin:$PATH" HOME="$folder"
export DIBS_STORE="$folder/store" XDG_CONFIG_HOME="$folder/config"
unset DIBS_SESSION DIBS_SECRET DIBS_SECRET_FILE DIBS_TOKEN DIBS_KEYS

# What is exported is what is declared.
cat "$prefix"/include/dibs/*.h | sed 's,/\*.*\*/,,' | grep -oE '\bdibs_[a-z0-9_]+\(' | tr -d '(' | sort -u >"$folder/declared"
nm -D --defined-only "$libraries/libdibs.so" | awk '$2 != "A" { print $3 }' | sed 's/@.*//' | sort -u >"$folder/exported"
[ "$(wc -l <"$folder/exported")" -gt 40 ] || fail "the shared library exports nothing"
diff "$folder/declared" "$folder/exported" || fail "exported and declared are not the same"

nm -g --defined-only "$libraries/libdibs.a" | awk 'NF == 3 { print $3 }' | sort -u >"$folder/exported"
diff "$folder/declared" "$folder/exported" >"$folder/log" ||
    fail "the static library defines $(wc -l <"$folder/log") names that a program may want for itself: $(grep -m 5 '>' "$folder/log")"

# A program by pkg-config, shared and static; each header alone, and from C++ where there is a compiler for it.
dibs init >/dev/null 2>&1 || fail "dibs init"
cc -std=c17 -Wall -Wextra -Werror -o "$folder/shared" examples/hold.c $(pkg-config --cflags --libs dibs) || fail "pkg-config"
cc -std=c17 -o "$folder/static" examples/hold.c $(pkg-config --cflags dibs) "$libraries/libdibs.a" \
    $(pkg-config --static --libs-only-l dibs | sed 's/-ldibs//') || fail "pkg-config --static"
for kind in shared static; do
    DIBS_SESSION=alice "$folder/$kind" "task:$kind" >"$folder/out" || fail "$kind: $(cat "$folder/out")"
    grep -q 'working for as long as it takes' "$folder/out" || fail "$kind: $(cat "$folder/out")"
    grep -q "^Granted: task:$kind is yours" "$folder/out" || fail "$kind: $(cat "$folder/out")"
    dibs show "task:$kind" | grep -q 'free' || fail "$kind: it is held still"
done
ldd "$folder/shared" | grep -q "$libraries/libdibs.so.0" || fail "it does not use the shared library"
ldd "$folder/static" | grep -q libdibs && fail "it uses the shared library"
for header in "$prefix"/include/dibs/*.h; do
    printf '#include <dibs/%s>\nint main(void) { return 0; }\n' "${header##*/}" >"$folder/one.c"
    cc -std=c17 -pedantic -Wall -Werror -fsyntax-only $(pkg-config --cflags dibs) "$folder/one.c" || fail "$header"
    command -v c++ >/dev/null && { c++ -Wall -Werror -fsyntax-only -x c++ $(pkg-config --cflags dibs) "$folder/one.c" || fail "$header"; }
done
[ "$(pkg-config --modversion dibs)" = "$(dibs version | cut -d ' ' -f 2)" ] || fail "the version"

# A program by the CMake package.
mkdir "$folder/project"
cat >"$folder/project/CMakeLists.txt" <<TEXT
cmake_minimum_required(VERSION 3.22)
project(user LANGUAGES C)
find_package(dibs 0.1 REQUIRED)
add_executable(shared $root/examples/hold.c)
target_link_libraries(shared PRIVATE dibs::dibs)
add_executable(static $root/examples/first_claim.c)
target_link_libraries(static PRIVATE dibs::dibs_static)
TEXT
{
    cmake -S "$folder/project" -B "$folder/project/build" -DCMAKE_PREFIX_PATH="$prefix" && cmake --build "$folder/project/build"
} >"$folder/log" 2>&1 || { cat "$folder/log"; fail "find_package(dibs)"; }
"$folder/project/build/shared" task:cmake >/dev/null || fail "the program that CMake built"
dibs claim task:cmake --session alice >/dev/null || fail "what it held is held still"
"$folder/project/build/static" task:cmake bob >/dev/null; [ $? -eq 1 ] || fail "the other one"

# The manual is found, and the completions are where shells look.
man -M "$(find "$prefix" -name man -type d)" -w dibs-exec >/dev/null || fail "no manual"
[ ! -x "$prefix/bin/dibsd" ] || man -M "$(find "$prefix" -name man -type d)" -w dibsd >/dev/null || fail "no manual of dibsd"
for name in bash-completion/completions/dibs zsh/vendor-completions/_dibs fish/vendor_completions.d/dibs.fish; do
    [ -s "$prefix/share/$name" ] || fail "no $name"
done

# A link in an installed page leads to something installed.
pages=$(find "$prefix/share/doc" -name '*.md')
[ "$(echo "$pages" | wc -l)" -gt 5 ] || fail "no pages"
for page in $pages; do
    for link in $(grep -oE '\]\([^)# ]+' "$page" | cut -c 3- | grep -v '^[a-z]*:'); do
        [ -e "${page%/*}/$link" ] || fail "${page##*/}: $link is not installed"
    done
done

# Taken away, as docs/OPERATIONS.md says.
xargs rm <"$build/install_manifest.txt" || fail "the manifest"
left=$(find "$prefix" ! -type d)
[ -z "$left" ] || fail "left behind: $left"
exit $failed
