#!/bin/sh
# run.sh BINARY [--accept] [CASE...]
#
# Runs each case and compares status, standard output and standard error with what the case expects;
# --accept writes what was found into the case instead. Without CASE: all in tests/golden and
# tests/screens. A CASE is a path or a name without directory and `.case`.
#
#     # comment
#     args: run race --schedule 12      one command line, quoted as for sh; needed
#     stdin: broken/nul.ini             optional; else standard input is empty
#     env: NO_COLOR=1                   optional
#     exit: 0
#     ---
#     standard output
#     --- stderr                        this line and what follows only if there is any
#     standard error
#
# The program runs in the directory of the case, so file names in its messages are short and the same
# everywhere. Output that does not end with a line feed is shown with one and the line
# `\ no line feed at the end`.
set -u

[ $# -gt 0 ] || { echo 'usage: run.sh BINARY [--accept] [CASE...]' >&2; exit 2; }
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
case "$1" in
/*) binary=$1 ;;
*/*) binary=$PWD/$1 ;;
*) binary=$(command -v "$1") ;;
esac
shift
accept=no
if [ "${1-}" = --accept ]; then
    accept=yes
    shift
fi

temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
mkdir "$temp/home"

# header CASE KEY: the value of `KEY: value`, from the lines before `---`.
header()
{
    sed -n '/^---$/q; s/^'"$2"': *//p' "$1"
}

# ended FILE: its bytes, and a word where the last line has no end.
ended()
{
    cat "$1"
    if [ -s "$1" ] && [ "$(tail -c 1 "$1" | od -An -tx1 | tr -d ' ')" != 0a ]; then
        printf '\n\\ no line feed at the end\n'
    fi
}

# run_case CASE: the program's output in $temp/out and $temp/err, its status as the result.
run_case()
(
    args=$(header "$1" args)
    vars=$(header "$1" env)
    input=$(header "$1" stdin)
    set -f
    eval "set -- $args"
    cd "$case_directory" || exit 125
    exec env -i PATH="$PATH" HOME="$temp/home" LC_ALL=C.UTF-8 TERM=dumb \
        ASAN_OPTIONS="${ASAN_OPTIONS-exitcode=99}" UBSAN_OPTIONS="${UBSAN_OPTIONS-exitcode=99}" \
        TSAN_OPTIONS="${TSAN_OPTIONS-exitcode=99}" \
        $vars "$binary" "$@" <"${input:-/dev/null}" >"$temp/out" 2>"$temp/err"
)

# found CASE STATUS: the case as it would have to read to pass.
found()
{
    sed -n '/^---$/q; /^exit:/!p' "$1"
    printf 'exit: %s\n---\n' "$2"
    ended "$temp/out"
    if [ -s "$temp/err" ]; then
        echo '--- stderr'
        ended "$temp/err"
    fi
}

passed=0 differ=0
one_case()
{
    case_file=$1
    [ -f "$case_file" ] || case_file=$here/$1.case
    [ -f "$case_file" ] || case_file=$here/../screens/$1.case
    if [ ! -f "$case_file" ] || [ -z "$(header "$case_file" args)" ]; then
        printf '%s: no such case, or no args: line in it\n' "$1"
        differ=$((differ + 1))
        return
    fi
    case_directory=$(CDPATH='' cd -- "$(dirname -- "$case_file")" && pwd)

    status=0
    run_case "$case_file" || status=$?
    found "$case_file" "$status" >"$temp/found"
    if cmp -s "$case_file" "$temp/found"; then
        passed=$((passed + 1))
    elif [ $accept = yes ]; then
        printf 'accepted %s\n' "$case_file"
        cat "$temp/found" >"$case_file"
    else
        differ=$((differ + 1))
        # -a: broken input may be shown.
        diff -a -u -L "$case_file" -L found "$case_file" "$temp/found"
    fi
}

if [ $# -eq 0 ]; then
    for name in "$here"/*.case "$here"/../screens/*.case; do
        [ -f "$name" ] && one_case "$name"
    done
else
    for name in "$@"; do
        one_case "$name"
    done
fi
printf '%s as expected, %s not\n' "$passed" "$differ"
[ "$differ" -eq 0 ]
