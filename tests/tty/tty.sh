# Drives a program in a real terminal (tmux). POSIX sh, sourced by the tests of this directory:
#
#     . "$(dirname "$0")/tty.sh"
#
#     tty_start 80 24 "$1" race              start a program on a screen of that size
#     tty_wait_for 'step 0'                  until the text stands and the screen is still
#     tty_keys 1 2 BSpace                    keys by tmux's names; -l 'text' types it as it is
#     tty_expect_frame ../screens/race.case  until the screen is this picture
#     tty_keys q
#     tty_expect_status 0                    the program has ended like this...
#     tty_expect_restored                    ...and left the terminal as it found it
#     tty_stop
#
# Nothing here sleeps and hopes: every wait looks for something and fails, with the screen shown, when it
# has not come after TTY_TIMEOUT seconds (20). A test ends at its first failure. Without tmux: status 77.
# TTY_ACCEPT=1 writes the pictures instead of comparing them.
#
# How: the pane runs a small shell script in place of a login shell. It notes `stty -a`, starts the program
# as an interactive shell would (its own process group in the foreground), and notes its exit status and
# `stty -a` again. tmux has its own socket and no configuration.

TTY_TIMEOUT=${TTY_TIMEOUT:-20}
# Relative names of pictures count from the directory of the test.
tty_here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
tty_temp=''

command -v tmux >/dev/null 2>&1 || { echo 'skipped: no tmux'; exit 77; }

tty_tmux()
{
    env -u TMUX -u TMUX_PANE LC_ALL=C.UTF-8 XDG_CONFIG_HOME=/dev/null tmux -u -S "$tty_temp/socket" -f /dev/null "$@"
}

# tty_quote WORD: as one word for sh.
tty_quote()
{
    printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"
}

tty_fail()
{
    printf 'failed: %s\n' "$*"
    if tty_tmux has-session 2>/dev/null; then
        echo '---- the screen'
        tty_tmux capture-pane -p
        echo '----'
    fi
    exit 1
}

# tty_until COMMAND...: repeats it until it succeeds; status 1 when the time is up.
tty_until()
{
    tty_deadline=$(($(date +%s) + TTY_TIMEOUT))
    until "$@"; do
        [ "$(date +%s)" -lt "$tty_deadline" ] || return 1
        sleep 0.03
    done
}

# tty_start WIDTH HEIGHT COMMAND...: environment for the program by `env NAME=value COMMAND...`.
tty_start()
{
    tty_begin 'set -m' "$@"
}

# tty_start_to_hang_up WIDTH HEIGHT COMMAND...: for tty_hang_up. The kernel tells the leader of the session
# that the terminal has gone, and the foreground process group when the leader dies of it. So the shell that
# notes the status must not be the leader, and cannot do job control: dash gives up when it cannot take the
# terminal back. Hence no tty_expect_stopped here.
tty_start_to_hang_up()
{
    tty_begin : "$@"
}

tty_begin()
{
    tty_stop
    tty_temp=$(mktemp -d)
    tty_jobs=$1 tty_width=$2 tty_height=$3
    shift 3
    tty_command=''
    for tty_word in "$@"; do
        tty_command="$tty_command $(tty_quote "$tty_word")"
    done
    # The inner shell becomes the program, so its process id is known. `trap :` keeps the outer one alive
    # through what the terminal sends to both when it goes away.
    cat >"$tty_temp/pane.sh" <<END
$tty_jobs
trap : HUP INT QUIT TERM
cd $(tty_quote "$PWD")
printf 'before the program\\n'
stty -a >$tty_temp/stty.before
sh -c 'echo \$\$ >$tty_temp/pid.new; mv $tty_temp/pid.new $tty_temp/pid; exec "\$@"' sh$tty_command
status=\$?
while [ \$status -gt 128 ] && [ "\$(kill -l \$status 2>/dev/null)" = TSTP ]; do
    stty -a >$tty_temp/stty.after
    : >$tty_temp/stopped
    while [ -d $tty_temp ] && [ ! -e $tty_temp/continue ]; do sleep 0.03; done
    rm -f $tty_temp/continue $tty_temp/stopped
    fg >/dev/null
    status=\$?
done
stty -a >$tty_temp/stty.after 2>/dev/null
echo \$status >$tty_temp/status.new
mv $tty_temp/status.new $tty_temp/status
printf 'status %s\\n' \$status 2>/dev/null
while [ -d $tty_temp ]; do sleep 0.1; done
END
    # The options come before the session, so that its window is never another size. (window-size must
    # not be among them: tmux 3.3 does not survive that.)
    tty_tmux start-server \; \
        set-option -g status off \; \
        set-option -g default-terminal tmux-256color \; \
        set-option -s escape-time 0 \; \
        new-session -d -x "$tty_width" -y "$tty_height" \
        "exec sh -c 'env LC_ALL=C.UTF-8 TERM=tmux-256color HOME=$tty_temp XDG_CONFIG_HOME=$tty_temp/config sh $tty_temp/pane.sh; :'" ||
        tty_fail 'tmux does not start'
    tty_until test -e "$tty_temp/pid" || tty_fail 'the program does not start'
}

tty_stop()
{
    [ -n "$tty_temp" ] || return 0
    tty_tmux kill-server 2>/dev/null
    # A program may survive its terminal; it must not survive its test.
    if [ -e "$tty_temp/pid" ] && [ ! -e "$tty_temp/status" ]; then
        kill -s KILL "$(cat "$tty_temp/pid")" 2>/dev/null
    fi
    # The pane's script may be leaving its last note; it goes when the directory has gone.
    rm -rf "$tty_temp" 2>/dev/null || rm -rf "$tty_temp"
    tty_temp=''
}

trap tty_stop EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# tty_keys KEY...: tmux's names (Enter, BSpace, C-c, F1, Escape, Home, Left); anything else is typed.
tty_keys()
{
    tty_tmux send-keys "$@" || tty_fail "cannot type $*"
}

# tty_signal SIGNAL: to the program, by name without SIG.
tty_signal()
{
    kill -s "$1" "$(cat "$tty_temp/pid")" || tty_fail "cannot send $1"
}

# tty_resize WIDTH HEIGHT
tty_resize()
{
    tty_tmux resize-window -x "$1" -y "$2" || tty_fail "cannot resize to $1x$2"
}

# tty_hang_up: the terminal closes (see tty_start_to_hang_up). Only tty_expect_status makes sense afterwards.
tty_hang_up()
{
    tty_tmux kill-server
}

# tty_screen: the screen, without trailing blanks and trailing empty lines.
tty_screen()
{
    tty_tmux capture-pane -p | tty_trim
}

tty_trim()
{
    sed 's/[[:space:]]*$//' | awk '{ line[NR] = $0 } $0 != "" { n = NR } END { for (i = 1; i <= n; i++) print line[i] }'
}

# tty_still: two captures, one after the other, are the same; the second is in $tty_temp/screen.
tty_still()
{
    tty_screen >"$tty_temp/screen.1"
    sleep 0.03
    tty_screen >"$tty_temp/screen"
    cmp -s "$tty_temp/screen.1" "$tty_temp/screen"
}

tty_shows()
{
    tty_still && grep -qF -e "$1" "$tty_temp/screen"
}

tty_shows_not()
{
    tty_still && ! grep -qF -e "$1" "$tty_temp/screen"
}

# tty_wait_for TEXT: until it stands on the screen, and the screen is still.
tty_wait_for()
{
    tty_until tty_shows "$1" || tty_fail "'$1' does not appear"
}

# tty_wait_gone TEXT: until it stands on the screen no more.
tty_wait_gone()
{
    tty_until tty_shows_not "$1" || tty_fail "'$1' does not go away"
}

tty_is_frame()
{
    tty_still && cmp -s "$tty_temp/frame" "$tty_temp/screen"
}

# tty_expect_frame FILE: until the screen is this picture. FILE is plain text or a golden .case, whose
# standard output is meant. Trailing blanks and trailing empty lines do not count.
tty_expect_frame()
{
    case "$1" in
    /*) tty_file=$1 ;;
    *) tty_file=$tty_here/$1 ;;
    esac
    if [ -n "${TTY_ACCEPT-}" ] && [ "${tty_file%.case}" = "$tty_file" ]; then
        tty_until tty_still || tty_fail 'the screen does not come to rest'
        cp "$tty_temp/screen" "$tty_file"
        return
    fi
    [ -f "$tty_file" ] || tty_fail "no picture $tty_file"
    case "$tty_file" in
    *.case) sed '1,/^---$/d; /^--- stderr$/,$d' "$tty_file" ;;
    *) cat "$tty_file" ;;
    esac | tty_trim >"$tty_temp/frame"
    if ! tty_until tty_is_frame; then
        diff -u "$tty_temp/frame" "$tty_temp/screen"
        tty_fail "the screen is not $1"
    fi
}

# tty_expect_status N: the program ends, with this status as its shell sees it (128 + signal).
tty_expect_status()
{
    tty_until test -e "$tty_temp/status" || tty_fail 'the program does not end'
    tty_status=$(cat "$tty_temp/status")
    [ "$tty_status" = "$1" ] || tty_fail "exit status $tty_status, expected $1"
}

# tty_stty WHEN: the terminal's settings, without its size.
tty_stty()
{
    sed 's/rows [0-9]*; columns [0-9]*;//' "$tty_temp/stty.$1"
}

# tty_expect_restored: after the program ended or stopped, the terminal is as it was: normal screen with
# what stood there before, cursor visible, no mouse reports, no keypad mode, the same line settings.
tty_expect_restored()
{
    tty_until test -e "$tty_temp/status" -o -e "$tty_temp/stopped" || tty_fail 'the program does not end'
    tty_until tty_still || tty_fail 'the screen does not come to rest'
    tty_flags=$(tty_tmux display-message -p \
        'alternate screen #{alternate_on}, cursor #{cursor_flag}, mouse #{mouse_any_flag}, keypad #{keypad_cursor_flag}#{keypad_flag}')
    [ "$tty_flags" = 'alternate screen 0, cursor 1, mouse 0, keypad 00' ] ||
        tty_fail "left behind: $tty_flags"
    grep -qF 'before the program' "$tty_temp/screen" || tty_fail 'what stood on the screen is gone'
    tty_stty before >"$tty_temp/stty.1"
    tty_stty after >"$tty_temp/stty.2"
    diff -u "$tty_temp/stty.1" "$tty_temp/stty.2" || tty_fail 'stty -a differs'
}

# tty_expect_stopped: the program has stopped itself as Ctrl-Z asks. tty_continue: fg.
tty_expect_stopped()
{
    tty_until test -e "$tty_temp/stopped" || tty_fail 'the program does not stop'
}

tty_continue()
{
    : >"$tty_temp/continue"
    tty_until test ! -e "$tty_temp/stopped" || tty_fail 'the program does not go on'
}
