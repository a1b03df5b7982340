#!/bin/sh
# options.sh BINARY ROOT: the manual page and the completion know the verbs and options that the program
# has, by its own help, and the completion no others.
set -u
binary=$1
manual=$2/doc/lockstep.1
completion=$2/doc/completions/lockstep.bash
failed=0

wrong()
{
    echo "$*"
    failed=1
}

# options_of VERB: its options, one a line, sorted. --help is everybody's.
options_of()
{
    "$binary" help "$1" | sed -n 's/^  \(--[a-z-]*\).*/\1/p' | grep -v '^--help$' | LC_ALL=C sort
}

# completed VERB: what the completion offers for it.
completed()
{
    screen=$(sed -n "s/.* screen='\([^']*\)'.*/\1/p" "$completion")
    sed -n "s/^ *$1) options=[\"']\(.*\)[\"'] ;;/\1/p" "$completion" | sed "s/\$screen/$screen/" |
        tr ' ' '\n' | grep . | LC_ALL=C sort
}

verbs=$("$binary" --help | sed -n 's/^  lockstep \([a-z]\{1,\}\).*/\1/p')
[ "$(echo "$verbs" | wc -l)" -ge 8 ] || wrong "no verbs in the help: $verbs"
for verb in $verbs; do
    grep -q "compgen -W '.*\<$verb\>" "$completion" || wrong "lockstep.bash lacks the verb $verb"
    grep -q "^\.B lockstep $verb\$" "$manual" || wrong "lockstep.1 lacks the verb $verb"
    known=$(options_of "$verb")
    offered=$(completed "$verb")
    [ "$known" = "$offered" ] || wrong "$verb has" $known, "but lockstep.bash offers" $offered
    for option in $known; do
        escaped=$(echo "$option" | sed 's/-/\\\\-/g')
        grep -q -e "$escaped" "$manual" || wrong "lockstep.1 lacks $option of $verb"
    done
done
exit $failed
