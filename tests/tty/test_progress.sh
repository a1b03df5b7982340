#!/bin/sh
# test_progress.sh LOCKSTEP: a long search says on the terminal how far it is, and Ctrl-C ends it.
set -u
. "$(dirname "$0")/tty.sh"

lockstep=$1

# The line changes all the time, so no wait for a still screen.
says()
{
    tty_screen | grep -q "$1"
}

tty_start 100 24 "$lockstep" explore race --search states --set files=40
tty_until says 's: .* states, .*/s, [0-9]* endings, random runs [0-9]* % known, frontier' || tty_fail 'no progress appears'
tty_keys C-c
tty_expect_status 4
tty_wait_for 'INCOMPLETE: interrupted'
tty_wait_gone 'frontier'

tty_start 100 24 "$lockstep" sample race --runs 1000000000000
tty_until says 'runs, .*/s, [0-9]* endings' || tty_fail 'no progress appears'
tty_keys C-c
tty_expect_status 4
tty_wait_for 'INCOMPLETE: interrupted'

# Where standard error is no terminal there is none.
tty_start 100 24 sh -c \
    'said=$("$1" explore race --search states --set files=40 --time-limit 1 2>&1 >/dev/null); echo "status $?, said <$said>"' \
    sh "$lockstep"
tty_wait_for 'status 4, said <>'
