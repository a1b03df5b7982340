#!/bin/sh
# The terminal driver itself, with a full-screen program of a few lines of shell: what it must see it sees,
# and what a careless program leaves behind it reports.
set -u
. "$(dirname "$0")/tty.sh"

demo=$(mktemp)
trap 'tty_stop; rm -f "$demo" "$demo.frame"' EXIT
cat >"$demo" <<'END'
# demo.sh MODE: counts keys; q quits with status 7. MODE dirty: restores nothing.
saved=$(stty -g)
enter()
{
    # A read ends after 0.1 s, for the traps to be run.
    stty raw -echo isig min 0 time 1
    printf '\033[?1049h\033[?25l\033[?1h\033='
    draw
}
leave()
{
    [ "$mode" = dirty ] && return
    printf '\033[?1l\033>\033[?25h\033[?1049l'
    stty "$saved"
}
draw()
{
    printf '\033[H\033[2Jkeys %s\r\nsize %s\r\nmode %s' "$keys" "$(stty size)" "$mode"
}
die()
{
    leave
    trap - "$1"
    kill -s "$1" $$
}
mode=$1 keys=''
trap 'die TERM' TERM
trap 'die INT' INT
trap 'die HUP' HUP
trap 'draw' WINCH
suspend()
{
    leave
    trap - TSTP
    kill -s TSTP $$
    trap suspend TSTP
    enter
}
trap suspend TSTP
enter
while :; do
    key=$(trap '' TSTP; dd bs=1 count=1 2>/dev/null)
    [ -n "$key" ] || continue
    [ "$key" = q ] && break
    keys="$keys$key"
    draw
done
leave
exit 7
END

# expect_failure WORDS COMMAND...: the driver must refuse, saying so.
expect_failure()
{
    words=$1
    shift
    # In a subshell: tty_fail leaves, and must not take the terminal with it.
    if said=$(trap - EXIT; TTY_TIMEOUT=1; "$@" 2>&1); then
        tty_fail "not noticed: $words"
    fi
    case "$said" in
    *"$words"*) ;;
    *) tty_fail "expected '$words', got: $said" ;;
    esac
}

has_gone()
{
    ! kill -s 0 "$1" 2>/dev/null
}

echo 'keys, frame, resize, status'
tty_start 40 10 sh "$demo" 'it'\''s'
tty_wait_for "mode it's"
tty_keys a b
tty_keys -l ' c'
tty_wait_for 'keys ab'
printf 'keys ab c\nsize 10 40\nmode it'\''s\n\n' >"$demo.frame"
tty_expect_frame "$demo.frame"
{ printf 'args: x\nexit: 0\n---\n'; cat "$demo.frame"; } >"$demo.case"
tty_expect_frame "$demo.case"
rm -f "$demo.case"
expect_failure "'nowhere' does not appear" tty_wait_for nowhere
expect_failure 'does not go away' tty_wait_gone size
echo other >"$demo.frame"
expect_failure '+keys ab c' tty_expect_frame "$demo.frame"
expect_failure 'does not end' tty_expect_status 7
tty_resize 100 30
tty_wait_for 'size 30 100'
tty_keys q
tty_expect_status 7
tty_expect_restored
expect_failure 'exit status 7, expected 0' tty_expect_status 0

echo 'Ctrl-C and SIGTERM'
tty_start 80 24 sh "$demo" clean
tty_wait_for 'size 24 80'
tty_keys C-c
tty_expect_status 130
tty_expect_restored
tty_start 80 24 sh "$demo" clean
tty_wait_for 'mode clean'
tty_signal TERM
tty_expect_status 143
tty_expect_restored

echo 'Ctrl-Z and fg'
tty_start 80 24 sh "$demo" clean
tty_wait_for 'mode clean'
tty_keys C-z
tty_expect_stopped
tty_expect_restored
tty_continue
tty_wait_for 'mode clean'
tty_keys x
tty_wait_for 'keys x'
tty_keys q
tty_expect_status 7
tty_expect_restored

echo 'the terminal closes'
tty_start_to_hang_up 80 24 sh "$demo" clean
tty_wait_for 'mode clean'
tty_hang_up
tty_expect_status 129

echo 'a terminal that is not restored'
tty_start 80 24 sh "$demo" dirty
tty_wait_for 'mode dirty'
tty_keys q
tty_expect_status 7
expect_failure 'left behind: alternate screen 1, cursor 0' tty_expect_restored
tty_stop

echo 'a program that ends at once'
tty_start 80 24 sh -c 'stty -echo; exit 3'
tty_expect_status 3
expect_failure 'stty -a differs' tty_expect_restored
tty_stop

echo 'a program that survives its terminal'
tty_start_to_hang_up 80 24 sh -c 'trap "" HUP; while :; do sleep 0.1; done'
tty_hang_up
expect_failure 'does not end' tty_expect_status 129
survivor=$(cat "$tty_temp/pid")
tty_stop
tty_until has_gone "$survivor" || tty_fail 'it lives on'
exit 0
