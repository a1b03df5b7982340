#!/bin/sh
# make.sh LOCKSTEP [--check]: the pictures of this directory and the frame in README.md, drawn by the
# program. With --check nothing is written: status 1 if one of them is not what the program draws now.
set -eu
export LC_ALL=C XDG_CONFIG_HOME=/dev/null # and no configuration of the person who runs this
unset NO_COLOR

case $#:${2-} in
1:) check=no ;;
2:--check) check=yes ;;
*)
    echo 'usage: make.sh LOCKSTEP [--check]' >&2
    exit 2
    ;;
esac
lockstep=$1
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
readme=$here/../../README.md
new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT
status=0

# finish NAME FILE: the new NAME becomes FILE, or is compared with it.
finish()
{
    if [ $check = no ]; then
        cat "$new/$1" >"$2"
    elif ! cmp -s "$new/$1" "$2"; then
        echo "$2 is not what the program draws now; doc/pictures/make.sh LOCKSTEP draws it again"
        diff "$2" "$new/$1" | head -n 20 || true
        status=1
    fi
}

# svg NAME SCENARIO KEYS
svg()
{
    "$lockstep" render "$2" --keys "$3" --size 80x24 --format svg >"$new/$1.svg"
    finish "$1.svg" "$here/$1.svg"
}

svg race race 12
svg two_blocked eresource_shared 123
svg deadlock abba_deadlock 1212i
svg explore race 112e
svg compare race '1122e<Down>d'

# The first fenced block of README.md that begins with ```text.
"$lockstep" render race --keys 122 --size 80x24 >"$new/frame"
awk -v frame="$new/frame" '
    inside && /^```$/ { inside = 0 }
    !inside { print }
    /^```text$/ && !found {
        found = inside = 1
        while ((getline line < frame) > 0)
            print line
    }
    END { exit !found }' "$readme" >"$new/readme"
finish readme "$readme"
exit $status
