#!/bin/sh
# test_screen_tools.sh LOCKSTEP: what needs a real terminal: the picker without FILE, play, themes, the
# clipboard, the mouse, files, and that all of it leaves the terminal as it was.
set -u
. "$(dirname "$0")/tty.sh"

lockstep=$1

# No FILE: the picker; typing narrows it, Enter opens.
tty_start 80 24 "$lockstep"
tty_wait_for 'scenarios'
tty_keys -l abba
tty_wait_for 'Two locks in opposite order'
tty_keys Enter
tty_wait_for 'abba_deadlock   step 0'
tty_keys 1 2 1 2
tty_wait_for 'deadlock: T1'
tty_keys i
tty_wait_for 'The circle of waiting'
tty_keys Escape

# Another scenario from inside.
tty_keys o
tty_wait_for 'scenarios'
tty_keys -l lost
tty_keys Enter
tty_wait_for 'This is lost_update'

# Plays by itself, to its end.
tty_keys p + + + +
tty_wait_for 'Played to the end'

# Theme, mouse and clipboard; a click chooses a pane.
tty_keys T M
tty_wait_for 'Mouse on'
tty_keys -l "$(printf '\033[<0;40;13M')"
tty_keys y
tty_wait_for 'clipboard'
tty_keys Q
tty_expect_status 0
tty_expect_restored
tty_stop

# Esc takes back what was typed into the picker, then leaves it: without FILE, the program.
tty_start 80 24 "$lockstep"
tty_wait_for 'scenarios'
tty_keys -l zzz
tty_wait_for 'No scenario matches'
tty_keys Escape
tty_wait_for 'Two locks in opposite order'
tty_keys Escape
tty_expect_status 0
tty_expect_restored
tty_stop

# s and F12 write where the program runs, under a free name.
directory=$(mktemp -d)
tty_start 80 24 sh -c "cd '$directory' && exec '$lockstep' race"
tty_wait_for 'step 0'
tty_keys 1 2 2 s
tty_wait_for 'Written: race-run-1.ini'
tty_keys s
tty_wait_for 'Written: race-run-2.ini'
tty_keys F12 s
tty_wait_for 'Written: race-screen-1.svg'
tty_keys Q
tty_expect_status 0
tty_stop
"$lockstep" run "$directory/race-run-1.ini" | grep -q 'T2' || tty_fail 'the saved run does not run'
grep -q '</svg>' "$directory/race-screen-1.svg" || tty_fail 'the picture is not whole'
rm -rf "$directory"
