#!/bin/sh
# test_signals.sh LOCKSTEP: however the program ends, the terminal is as it was, and its parent sees why.
set -u
. "$(dirname "$0")/tty.sh"

lockstep=$1

opened()
{
    tty_start 80 24 "$lockstep" race
    tty_wait_for 'step 0'
    tty_keys 1
    tty_wait_for 'step 1'
}

# ends_by SIGNAL STATUS
ends_by()
{
    opened
    tty_signal "$1"
    tty_expect_status "$2"
    tty_expect_restored
}

opened
tty_keys q
tty_expect_status 0
tty_expect_restored

opened
tty_keys C-c
tty_expect_status 130
tty_expect_restored

ends_by TERM 143
ends_by HUP 129
ends_by QUIT 131

# A crash restores the terminal too, and stays a crash. Sanitizers have their own status, and much to say.
tty_start 120 80 "$lockstep" race
tty_wait_for 'step 0'
tty_signal SEGV
tty_until test -e "$tty_temp/status" || tty_fail 'the program does not end'
case $(cat "$tty_temp/status") in
139 | 99) ;;
*) tty_fail "exit status $(cat "$tty_temp/status"), expected 139" ;;
esac
tty_expect_restored

# The terminal closes.
tty_start_to_hang_up 80 24 "$lockstep" race
tty_wait_for 'step 0'
tty_hang_up
tty_expect_status 129

# Stopped and continued: everything is drawn again, at the size the terminal has now.
opened
tty_keys C-z
tty_expect_stopped
tty_expect_restored
tty_resize 100 30
tty_continue
tty_wait_for 'log'
tty_keys q
tty_expect_status 0
tty_expect_restored

# A scenario on standard input: the keys come from the terminal.
tty_start 80 24 sh -c '"$1" show race | "$1" -' sh "$lockstep"
tty_wait_for 'step 0'
tty_keys 1
tty_wait_for 'step 1'
tty_keys q
tty_expect_status 0
tty_expect_restored
