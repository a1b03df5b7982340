#!/bin/sh
# install.sh CMAKE BUILD_DIRECTORY BINARY: an installation under a prefix chosen afterwards finds the same
# scenarios as the build tree does, from any working directory.
set -eu
cmake=$1 build=$2 binary=$3
prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT

"$cmake" --install "$build" --prefix "$prefix/a b" >"$prefix/log" || { cat "$prefix/log"; exit 1; }
cd /
"$binary" list >"$prefix/expected"
"$prefix/a b/bin/lockstep" list >"$prefix/actual"
diff -u "$prefix/expected" "$prefix/actual"
[ -s "$prefix/actual" ] || { echo 'no scenario found'; exit 1; }
