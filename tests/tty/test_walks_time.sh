#!/bin/sh
# test_walks_time.sh LOCKSTEP: back and forth, branches, marks, breakpoints, search, and keeping what was found.
set -u
. "$(dirname "$0")/tty.sh"
. "$(dirname "$0")/walks.sh"

# A schedule is saved, the program left, the file opened again.
directory=$(mktemp -d)
cd "$directory" || exit 1
walk 'a schedule is saved and replayed' 100 30 race
see 'step 0'
press 1 2 2 s -- 'Written: race-run-1.ini'
type_in ':save mine' -- 'Written: mine.ini'
type_in ':save mine' -- 'is there already'
leave
walk 'the saved run is there again' 100 30 mine.ini
see 'brings a schedule' 'step 0 of 3'
press Right Right -- 'step 2 of 3' 'SHARING_VIOLATION'
press End -- 'NAME_NOT_FOUND'
leave
"$lockstep" run mine.ini | grep -q 'NAME_NOT_FOUND' || tty_fail 'the saved run does not run'
cd "$tty_here" || exit 1
rm -rf "$directory"

# Nothing that was tried is lost.
walk 'branches keep what was tried' 100 30 race
see 'step 0'
press a -- 'There is one branch'
press 1 2 2 BSpace BSpace 1 -- 'Branch 2 leaves branch 1'
press 1 1 a -- 'branches' 'leaves branch 1' '>  2'
press k Enter -- 'Branch 1'
see 'schedule 1'
press A -- 'Branch 2'
leave

walk 'going back and forth shows the same' 80 24 eresource_shared
see 'step 0'
press 1 2 3 1 1 -- 'step 5'
press Home -- 'step 0 of 5'
press ']' -- 'of 5'
press '}' -- 'of 5'
press G -- 'schedule 1,2,3,1*2'
type_in ':2' -- 'step 2 of 5'
type_in ':99' -- 'There is no step 99'
leave

walk 'marks are places to come back to' 80 24 race
see 'step 0'
press 1 1 m a -- 'Step 2 is mark a'
press 1 1 "'" a -- 'Mark a: branch 1, step 2'
press "'" z -- 'marks'
press Escape m 7 -- 'from a to z'
leave

# Breakpoints: where the thread stands, and by what is typed; forward and back.
walk 'breakpoints stop both ways' 120 40 race
see 'step 0'
type_in ':breaks call ZwClose' -- 'breakpoints' 'call ZwClose'
press Escape c c -- 'breakpoint call ZwClose'
press C -- 'step'
press b -- 'Breakpoint on line'
press b -- 'is gone'
type_in ':breaks line 1 99' -- 'has lines 1 to'
press Escape Escape
type_in ':breaks when files(temp) == 2' -- 'when files(temp) == 2'
press Escape c c c c -- 'step'
leave

walk 'a search goes through source, objects and log' 120 40 race
see 'step 0'
press 1 1 1 /
type_in file_0 -- '1 of'
press n -- '2 of'
press N -- '1 of'
press /
type_in nonsense -- 'was not found'
leave

walk 'the help has every key and scrolls' 80 24 race
see 'step 0'
press '?' -- 'help' 'Step' 'rows, Down and Up'
press End -- 'DeleteDevice'
press Home -- 'The keys you press are the schedule'
press '?' -- 'step 0'
gone 'rows, Down and Up'
press F1 -- 'help'
press 1 -- '[1] once more does it' # a key of the screen closes it, a step waits
press 1 -- 'step 1'
leave

walk 'commands are found by a part of their name' 80 24 race
see 'step 0'
press : -- 'commands'
tty_keys -l 'rand'
see 'a random step'
press Enter -- 'step 1'
type_in ':nosuchthing' -- "No command is called"
press Escape -- 'step 1'
leave
