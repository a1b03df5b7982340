#!/bin/sh
# The runner itself: sees what differs, accepts it, and sees nothing then.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT

fail()
{
    printf 'failed: %s\n' "$1"
    [ ! -f "$temp/log" ] || cat "$temp/log"
    exit 1
}

run()
{
    sh "$here/run.sh" sh "$@" >"$temp/log" 2>&1
}

printf 'text\n' >"$temp/input"
# The quotes of an args: line are sh's, and nothing is expanded twice.
cat >"$temp/good.case" <<'END'
# status, both streams, input, environment, quoting
args: -c 'cat; printf "%s|" "$@" "$WORD"; printf "bad\n" >&2; exit 3' sh 'a  b' '*'
stdin: input
env: WORD=x
exit: 3
---
text
a  b|*|x|
\ no line feed at the end
--- stderr
bad
END
cp "$temp/good.case" "$temp/copy"

run "$temp/good.case" || fail 'a case that is right passes'
for edit in 's/^exit: 3/exit: 0/' 's/^text$/texts/' 's/^bad$/good/' '/^--- stderr/,$d' '/no line feed/d'; do
    sed "$edit" "$temp/copy" >"$temp/good.case"
    run "$temp/good.case" && fail "seen: $edit"
    run --accept "$temp/good.case" || fail 'accepts'
    cmp -s "$temp/copy" "$temp/good.case" || fail "accepting undoes: $edit"
done

printf 'args: -c ":"\n' >"$temp/new.case"
run --accept "$temp/new.case" || fail 'a new case needs only its args: line'
[ "$(sed -n 2,3p "$temp/new.case" | tr '\n' ' ')" = 'exit: 0 --- ' ] || fail 'a new case is filled in'
run "$temp/missing.case" && fail 'a case that is not there is an error'
exit 0
