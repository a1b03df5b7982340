#!/bin/sh
# test_walk_race.sh LOCKSTEP: the newcomer's walk through race in a real terminal. Every picture is the one
# that `render` gives for the same keys.
set -u
. "$(dirname "$0")/tty.sh"

lockstep=$1

# walk KEY NUMBER: presses it and expects the picture of that number.
walk()
{
    tty_keys "$1"
    tty_expect_frame "../screens/walk_race_$2.case"
}

tty_start 80 24 "$lockstep" race
tty_expect_frame ../screens/walk_race_0.case
walk 1 1
walk 2 2
walk 2 3
walk 1 4
walk BSpace 5
walk 1 6
walk '?' 7
walk q 8
tty_keys q
tty_expect_status 0
tty_expect_restored
tty_stop

# At another size, and back: the same picture again, whatever was in between.
tty_start 80 24 "$lockstep" race
tty_wait_for 'step 0'
tty_keys 1 2 2
tty_expect_frame ../screens/walk_race_3.case
for size in '120 40' '60 20' '40 10' '12 3' '200 50' '1 1'; do
    # shellcheck disable=SC2086
    tty_resize $size
done
tty_resize 80 24
tty_expect_frame ../screens/walk_race_3.case
tty_keys q
tty_expect_status 0
tty_expect_restored
tty_stop

# Keys that arrive as sequences: what terminfo knows acts, what it does not is swallowed whole.
tty_start 80 24 "$lockstep" race
tty_wait_for 'step 0'
tty_keys 1 2
tty_wait_for 'step 2'
tty_keys Left
tty_wait_for 'step 1 of 2'
tty_keys -H 1b 5b 31 3b 39 7a # ESC [ 1 ; 9 z: no digit of it may step a thread
tty_keys Right
tty_wait_for 'schedule 1,2 '
tty_keys Home
tty_wait_for 'step 0 of 2'
tty_keys F1
tty_wait_for 'help'
tty_keys Escape
tty_wait_gone 'rows, Down and Up'
tty_keys C-l
tty_wait_for 'step 0 of 2'
tty_keys Q
tty_expect_status 0
tty_expect_restored

# In a terminal that cannot show UTF-8 the signs are ASCII.
tty_start 80 24 env LC_ALL=C "$lockstep" race
tty_wait_for 'step 0'
tty_keys 1 2 2
tty_expect_frame ../screens/walk_race_ascii.case
tty_keys q
tty_expect_status 0
