# What the tests test_walks_*.sh share: walks as a newcomer makes them, each frame looked at for what a person
# would expect there. Sourced after tty.sh.
#
#     walk 'the race is found' 80 24 race    begins a walk at that size; arguments as for lockstep
#     press 1 2 -- 'VIOLATION' 'step 2'      keys, then words that must stand on the screen
#     type_in ':breaks line 2 4' -- 'line'   characters as they are, then Enter
#     gone 'Deadlock'                        must stand there no more
#     leave                                  q ends the program, and the terminal is as it was

lockstep=$1
walk_name=''

walk()
{
    walk_name=$1 walk_w=$2 walk_h=$3
    shift 3
    tty_start "$walk_w" "$walk_h" "$lockstep" --no-config "$@"
}

see()
{
    for walk_text in "$@"; do
        tty_until tty_shows "$walk_text" || tty_fail "$walk_name: '$walk_text' does not appear"
    done
}

gone()
{
    for walk_text in "$@"; do
        tty_until tty_shows_not "$walk_text" || tty_fail "$walk_name: '$walk_text' does not go away"
    done
}

press()
{
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        tty_keys "$1"
        shift
    done
    [ $# -eq 0 ] || shift
    see "$@"
}

type_in()
{
    tty_keys -l "$1"
    shift
    press Enter "$@"
}

leave()
{
    tty_keys q
    tty_expect_status 0
    tty_expect_restored
    tty_stop
}
