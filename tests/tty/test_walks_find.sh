#!/bin/sh
# test_walks_find.sh LOCKSTEP: a newcomer finds what the scenarios are about by pressing what the screen offers.
set -u
. "$(dirname "$0")/tty.sh"
. "$(dirname "$0")/walks.sh"

# The first screen says what to press; the digits are offered; what went wrong is said in a word.
walk 'the race is found by pressing what is offered' 80 24 race
see "Press a thread's number" 'you may step' '[1]' '[2]' '? help'
press 1 -- 'step 1: T1 created' 'Bksp back'
press 2 -- 'SHARING_VIOLATION' 'point of no return: step'
press 2 -- 'NAME_NOT_FOUND' '2 finished'
press 2 -- '2 has ended'
press 1 1 1 1 1 -- 'schedule 1,2*2,1*5'
press 1 -- 'nothing moved' 'over'
press 1 -- 'R'
leave

# And the good ending: one thread after the other.
walk 'all files are moved when the creator goes first' 120 40 race
see "Press a thread's number"
press f -- 'T1 made 6 steps'
press Tab f -- 'all moved'
gone 'point of no return: step'
leave

# The deadlock is provoked, drawn, and explained; going back undoes it.
walk 'the deadlock is provoked and understood' 100 40 abba_deadlock
see 'Two locks in opposite order'
press 1 2 -- 'step 2'
press 1 -- 'BLOCKED' 'Only T2 line 4'
press 2 -- 'Deadlock' 'nothing'
press 1 -- 'is blocked'
press i -- 'The circle of waiting' 'How it came to it' 'A way out' 'same order'
press q -- 'Deadlock'
gone 'The circle of waiting'
press BSpace BSpace -- 'step 2 of 4'
gone 'Deadlock'
press BSpace 1 -- 'Branch 2'
press f -- 'T1 made'
press 2 f -- 'finished'
leave

# Through the picker to the event, and why the mover cannot go wrong.
walk 'the event keeps the mover waiting' 120 40
see 'scenarios'
tty_keys -l 'event_sync'
see 'event_synchronization'
press Enter -- 'event_synchronization   A synchronization event' 'step 0'
press 2 -- 'BLOCKED' 'Only T1 line 12 (Set) can wake' 'NOT SIGNALLED'
press 2 -- 'is blocked'
press i -- 'KeSetEvent' 'The object is not signalled'
press Escape 1 -- 'step 2'
press : -- 'commands'
type_in run-one -- 'T1 made'
press 2 -- 'schedule 2,1*7,2'
press f -- 'all moved'
leave

# A lock alone says nothing of who goes first.
walk 'the lock does not say who goes first' 100 30 eresource_exclusive
see 'step 0'
press 2 -- 'EXCLUSIVE'
press 1 -- 'BLOCKED'
press Tab f -- 'step'
press c c c c -- 'moved'
leave

# One count is lost: loads and stores are steps of their own.
walk 'the lost update is seen' 80 24 lost_update
see 'step 0'
press 1 2 -- 'n'
press 1 2 -- 'one lost'
press R 1 1 2 -- 'branch 2 of 2'
press 2 -- 'finished'
gone 'one lost'
leave

# Timeouts are choices of their own.
walk 'a timeout fires by its own key' 120 40 timeouts
see 'step 0'
press 1 -- "T1's timeout may fire"
press 1 -- 'is blocked'
press '~' -- 'timeout' 'schedule 1,1~'
leave

# A bug check ends the run, and says what it was about.
walk 'a bug check is explained' 120 40 release_not_owned
see 'step 0'
press c c c c c c -- 'Bug check 0xE3'
press i -- 'Step'
press q -- 'Bug check 0xE3'
leave
