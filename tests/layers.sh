#!/bin/sh
# layers.sh SRC: what include paths alone cannot forbid. Prints each offending line.
set -eu
cd "$1"
status=0

# forbid WHY PATTERN FILE...: no line of these files may match.
forbid()
{
    why=$1 pattern=$2
    shift 2
    if [ $# -gt 0 ] && grep -nE "$pattern" /dev/null "$@"; then
        printf '^ %s\n\n' "$why"
        status=1
    fi
}

include='^[[:space:]]*#[[:space:]]*include[[:space:]]*'
curses="${include}<([a-z]*/)?(n?curses|term)\.h>"

# No file name of this tree holds blanks.
# shellcheck disable=SC2046
{
    forbid 'a path with .. goes around the layers' "${include}[\"<][^\">]*\.\./" \
        $(find . -name '*.[ch]')
    forbid 'the kernel model has no clock, thread or terminal' \
        "${include}<(time|sys/time|pthread|threads|unistd|fcntl|signal|locale)\.h>" \
        $(find kernel_model -name '*.[ch]')
    forbid 'the kernel model neither allocates nor prints' \
        '(^|[^A-Za-z0-9_.>])(malloc|calloc|realloc|free|v?f?printf|f?puts|f?putc|putchar|fwrite) ?\(' \
        $(find kernel_model -name '*.c')
    forbid 'only src/ui knows curses' "$curses" \
        $(find . -name '*.[ch]' ! -path './ui/*')
    # One file copies the frame to curses; a second one is a decision taken twice.
    knows_curses=$(grep -lE "$curses" /dev/null $(find ui -name '*.[ch]') || true)
}
# shellcheck disable=SC2086
set -- $knows_curses
if [ $# -gt 1 ]; then
    printf '%s\n' "$@" '^ more than one file knows curses'
    status=1
fi
exit $status
