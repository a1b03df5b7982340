#!/bin/sh
# test_walks_edges.sh LOCKSTEP: sizes that change in the middle of everything, ways of leaving from everywhere, and the
# plain face where a person types.
set -u
. "$(dirname "$0")/tty.sh"
. "$(dirname "$0")/walks.sh"

sizes='200x50 120x40 100x30 80x24 79x23 60x20 40x10 39x9 20x5 12x3 1x1 400x120'

# through_sizes TEXT: every size, and then at 120x40 the text stands there.
through_sizes()
{
    for size in $sizes; do
        tty_resize "${size%x*}" "${size#*x}"
        tty_until tty_still || tty_fail "$walk_name: $size does not come to rest"
    done
    tty_resize 120 40
    see "$@"
}

walk 'resizes in the middle of everything' 120 40 abba_deadlock
see 'step 0'
press 1 2 1
through_sizes 'when T2 runs line 4'
press 2 -- 'Deadlock'
press i -- 'The circle of waiting'
through_sizes 'The circle of waiting'
press Escape '?' -- 'help'
through_sizes 'The keys you press'
press Escape : -- 'commands'
tty_keys -l 'bra'
through_sizes 'branches'
press Escape o -- 'scenarios'
through_sizes 'scenarios'
press Escape z -- 'Zoomed'
through_sizes '2 Second'
press z B -- 'breakpoints'
through_sizes 'breakpoints'
press Escape P -- 'Presenter mode'
through_sizes 'Presenter'
press P p
through_sizes 'T1'
leave

# At every size the screen tells how to leave, or q does it.
for size in 80x24 60x20 40x10 30x8 5x2; do
    walk "q leaves at $size" "${size%x*}" "${size#*x}" race
    tty_until test -e "$tty_temp/pid"
    tty_until tty_still
    press 1 2
    tty_keys q
    tty_expect_status 0
    tty_stop # what stood there before does not fit such a screen
done

walk 'small screens show one thing at a time' 60 20 race
see 'step 0'
press v -- 'C:\Temp'
press v v -- 'race'
press 1 2 -- 'step 2'
tty_resize 30 6
see 'q quits'
tty_resize 60 20
leave

# dies_from KEY...: whatever is open, a signal ends the program with its status and a clean terminal.
dies_from()
{
    walk "a signal ends it behind $*" 80 24 abba_deadlock
    see 'step 0'
    press 1 2 1 2 "$@"
    tty_until tty_still
    tty_signal TERM
    tty_expect_status 143
    tty_expect_restored
    tty_stop
}

dies_from '?'
dies_from i
dies_from : a
dies_from o
dies_from p + +

# Esc closes one level each, and q leaves then.
walk 'a few Esc lead out of everything' 100 30 race
see 'step 0'
press 1 z B n a b Escape Escape Escape -- 'race'
leave

# Lines instead of a screen: a prompt for the person who types, and the end of input leaves.
walk 'a person types lines' 100 30 --plain race
see 'scenario: race' 'can run: 1 2' '>'
type_in 12 -- 'step 2: T2 could not open' 'lost: step 2'
type_in bakc -- "did you mean 'back'"
type_in back -- 'at: step 1 of 2'
tty_keys C-d
tty_expect_status 0
tty_stop

# A terminal that cannot show a screen gets lines by itself.
tty_start 100 30 env TERM=dumb "$lockstep" abba_deadlock
tty_wait_for 'can run: 1 2'
tty_keys -l 1212
tty_keys Enter
tty_wait_for 'verdict: deadlock'
tty_keys q Enter
tty_expect_status 0
tty_stop

# The scenario from standard input, commands from the terminal.
tty_start 100 30 sh -c '"$1" show race | "$1" --plain -' sh "$lockstep"
tty_wait_for 'can run: 1 2'
tty_keys 1 Enter
tty_wait_for 'step 1: T1 created'
tty_keys C-c
tty_expect_status 130
