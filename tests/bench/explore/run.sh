#!/bin/sh
# run.sh [--large] [BUILD_DIR]
#
# How fast the searches are. With `spin` and gcc installed each work is also given to SPIN, right after
# Lockstep's turn, on models that make one step per kernel call and so have the same states; the ratio
# is SPIN's seconds by Lockstep's. --large adds race(20,4): 46 million states, some minutes, 10 GB.
#
# BUILD_DIR is build/profiled unless given, and is built where it is missing. Nothing else should run on the machine.
#
#   seconds   the search alone; what counts, chances and witnesses take is the column 2nd pass
#   B/state   all memory that the search held by the states stored: with the visited table, in Lockstep
#             the graph, in SPIN the search stack
set -u

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$here/../../..
large=no
build=$root/build/profiled
for argument; do
    case $argument in
    --large) large=yes ;;
    -*) echo 'usage: run.sh [--large] [BUILD_DIR]' >&2; exit 2 ;;
    *) build=$argument ;;
    esac
done
if [ "$build" = "$root/build/profiled" ] && [ ! -x "$build/bin/lockstep" ]; then
    "$root/scripts/profiled.sh" >&2 || exit 1
fi
build=$(CDPATH='' cd -- "$build" && pwd) || exit 2
lockstep=$build/bin/lockstep
[ -x "$lockstep" ] || { echo "$lockstep: not built" >&2; exit 2; }
scenarios=$root/scenarios
own=$root/tests/scenarios

temp=$(mktemp -d) || exit 1
trap 'rm -rf "$temp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

spin=no
if command -v spin >/dev/null && command -v gcc >/dev/null; then
    spin=yes
fi

# number FIELD: of the one-line JSON on standard input, the last field of this name; empty for null
number()
{
    sed -n "s/.*\"$1\":\"\{0,1\}\([0-9.][0-9.]*\).*/\1/p"
}

# knows OPTION...: does explore take these options?
knows()
{
    "$lockstep" explore lost_update "$@" --json >/dev/null 2>&1
}

# explore_json ARGUMENTS...: into $temp/json
explore_json()
{
    case " $* " in
    *' --search '*) ;;
    *) set -- "$@" --search states ;;
    esac
    "$lockstep" explore "$@" --json >"$temp/json" 2>"$temp/error"
}

# seconds SECONDS STATES STATES_PER_SECOND SECOND_PASS: of the search, finer than three decimals
search_seconds()
{
    awk -v s="$1" -v n="$2" -v rate="$3" -v pass="$4" \
        'BEGIN { printf "%.4f", (rate > 0 ? n / rate : s - pass) }'
}

# pan MODEL DEFINES SLOTS DEPTH: SPIN's search; sets spin_seconds, spin_states, spin_bytes
pan()
{
    spin_seconds='' spin_states='' spin_bytes=''
    [ $spin = yes ] || return 0
    # shellcheck disable=SC2086 # several words
    (
        cp "$here"/*.pml "$temp" && cd "$temp" && spin $2 -a "$1.pml" &&
            gcc -O3 -DSAFETY -DNOFAIR -DNOBOUNDCHECK -DVECTORSZ=16384 -DMEMLIM=60000 -march=native -w \
                -o pan pan.c && ./pan -E -w"$3" -m"$4" >pan.out 2>&1
    ) >"$temp/error" 2>&1 || { cat "$temp/error" "$temp/pan.out" >&2; return 1; }
    if grep -q 'max search depth too small' "$temp/pan.out"; then
        echo "$1: -m$4 is too small" >&2
    fi
    spin_seconds=$(sed -n 's/.*elapsed time \([0-9.]*\) seconds.*/\1/p' "$temp/pan.out")
    spin_states=$(sed -n 's/^ *\([0-9.e+]*\) states, stored.*/\1/p' "$temp/pan.out" |
        awk '{ printf "%.0f", $1 }')
    spin_bytes=$(awk -v n="$spin_states" \
        '/total actual memory usage/ { printf "%.0f", $1 * 1048576 / n }' "$temp/pan.out")
}

row()
{
    printf '%-30s %12s %9s %11s %8s %9s  %12s %9s %8s %7s\n' "$@"
}

# versus NAME SCENARIO SETTINGS MODEL DEFINES SLOTS DEPTH [OPTION...]
versus()
{
    name=$1 scenario=$2 settings=$3 model=$4 defines=$5 slots=$6 depth=$7
    shift 7
    # shellcheck disable=SC2086 # several words
    if ! explore_json "$scenarios/$scenario.ini" $settings "$@"; then
        row "$name" failed - - - - - - - -
        cat "$temp/error" >&2
        return
    fi
    states=$(number states <"$temp/json") rate=$(number states_per_second <"$temp/json")
    pass=$(number second_pass <"$temp/json") bytes=$(number bytes <"$temp/json")
    seconds=$(search_seconds "$(number seconds <"$temp/json")" "$states" "$rate" "$pass")
    each=$(awk -v b="${bytes:-0}" -v n="$states" 'BEGIN { printf "%.0f", b / n }')
    if [ "$model" != - ]; then
        pan "$model" "$defines" "$slots" "$depth" || model=-
    fi
    if [ "$model" = - ]; then
        spin_seconds='' spin_states='' spin_bytes=''
    fi
    ratio=$(awk -v a="$spin_seconds" -v b="$seconds" \
        'BEGIN { print a == "" || a == 0 || b == 0 ? "-" : sprintf("%.2f", a / b) }')
    row "$name" "$states" "$seconds" "$rate" "$each" "$pass" "${spin_states:--}" "${spin_seconds:--}" \
        "${spin_bytes:--}" "$ratio"
    if [ -n "$spin_states" ] && [ "$spin_states" != "$states" ] && [ $# -eq 0 ]; then
        echo "  $name: SPIN stores $spin_states states, Lockstep $states: not the same work" >&2
    fi
}

sizes()
{
    printf '%s' "--set files=$1 --set writes=$2"
}

defines()
{
    printf '%s' "-DFILES=$1 -DWRITES=$2"
}

# traces NAME N REFERENCE
traces()
{
    if [ ! -f "$own/$1.ini" ]; then
        printf '%-30s skipped: there is no tests/scenarios/%s.ini\n' "$1($2)" "$1"
    elif ! explore_json "$own/$1.ini" --set "n=$2" --search traces; then
        printf '%-30s failed\n' "$1($2)"
        cat "$temp/error" >&2
    else
        printf '%-30s %12s %9s   %s\n' "$1($2)" "$(number executions <"$temp/json")" \
            "$(number seconds <"$temp/json")" "$3"
    fi
}

now()
{
    date +%s.%N
}

# steps per second of N kernel calls between two times
per_second()
{
    awk -v n="$1" -v from="$2" -v to="$3" 'BEGIN { printf "%.0f", n / (to - from) }'
}

simulation()
{
    from=$(now)
    "$lockstep" run "$scenarios/race.ini" --set files=10000 --set writes=100 --policy random --quiet \
        --json >"$temp/json" 2>"$temp/error"
    to=$(now)
    calls=$(number steps <"$temp/json")
    ours=$(per_second "$calls" "$from" "$to")
    printf '%-30s %12s calls at %9s/s' 'random run of race(10000,100)' "$calls" "$ours"
    if [ $spin = yes ]; then
        # the mover is soon done and has then moved next to nothing: one call for each file
        from=$(now)
        spin -T -n7 -DFILES=5000 -DWRITES=100 "$here/race.pml" >/dev/null 2>&1
        to=$(now)
        spins=$(per_second $((5000 * 103)) "$from" "$to")
        printf '; SPIN race(5000,100) %s/s; ratio %s' "$spins" \
            "$(awk -v a="$ours" -v b="$spins" 'BEGIN { printf "%.2f", a / b }')"
    fi
    echo
}

[ $spin = yes ] || echo 'spin or gcc is not installed: Lockstep alone'
row work states seconds states/s B/state '2nd pass' 'SPIN states' seconds B/state ratio
versus 'race(2,1)' race "$(sizes 2 1)" race "$(defines 2 1)" 10 1000
versus 'race(4,2)' race "$(sizes 4 2)" race "$(defines 4 2)" 10 1000
versus 'race(12,4)' race "$(sizes 12 4)" race "$(defines 12 4)" 18 1000
versus 'race(18,4)' race "$(sizes 18 4)" race "$(defines 18 4)" 24 1000
if [ $large = yes ]; then
    versus 'race(20,4)' race "$(sizes 20 4)" race "$(defines 20 4)" 26 1000
fi
big=$(sizes 1000 100)
versus 'lock round both, 1000 x 100' eresource_exclusive "$big" lock "$(defines 1000 100)" 18 300000
versus 'lock and reader, 1000 x 100' eresource_shared "$big" lock "-DREADER $(defines 1000 100)" 18 300000
versus 'synchronization event, same' event_synchronization "$big" event "$(defines 1000 100)" 18 300000
versus 'notification event, same' event_notification "$big" event "-DNOTIFICATION $(defines 1000 100)" \
    18 300000

echo
if knows --reduce; then
    row 'reduced' states seconds states/s B/state '2nd pass' 'SPIN states' seconds B/state ratio
    versus 'race(18,4)' race "$(sizes 18 4)" race "$(defines 18 4)" 24 1000 --reduce
    for n in 100 1000; do
        versus "race($n,100)" race "$(sizes $n 100)" - - - - --reduce
    done
    versus 'lock round both, 1000 x 100' eresource_exclusive "$big" - - - - --reduce
    versus 'lock and reader, 1000 x 100' eresource_shared "$big" - - - - --reduce
    versus 'synchronization event, same' event_synchronization "$big" - - - - --reduce
else
    echo 'reduced: skipped, this lockstep does not know --reduce'
fi

echo
if knows --search traces; then
    printf '%-30s %12s %9s   %s\n' traces executions seconds 'reference, not measured here'
    traces readers 13 '8,192 traces; Nidhugg 4.5 s, GenMC 0.50 s'
    traces lastzero 15 '147,456 traces; Nidhugg 154 s, GenMC 31.8 s'
    traces indexer 15 '4,096 traces; Nidhugg 8.3 s, GenMC 3.0 s'
    traces filesystem 19 '64 traces; Nidhugg 0.84 s, GenMC 0.22 s'
else
    echo 'traces: skipped, this lockstep does not know --search traces'
fi

echo
simulation
