# Bash completion for lockstep: verbs, options, shipped scenarios, policies.

# Fills COMPREPLY with those of the words $2... that begin with $1.
_lockstep_words()
{
    local current=$1
    shift
    mapfile -t COMPREPLY < <(compgen -W "$*" -- "$current")
}

# Shipped scenarios, and files.
_lockstep_scenarios()
{
    local current=$1 program=$2 names
    names=$("$program" list 2>/dev/null | awk '{ print $1 }')
    mapfile -t COMPREPLY < <(compgen -W "$names" -- "$current"; compgen -f -- "$current")
    compopt -o filenames 2>/dev/null
}

# Values of an option. Status 1: it takes none, or nothing is known of them.
_lockstep_value()
{
    case $2 in
    --policy) _lockstep_words "$1" random pct round-robin priority replay manual ;;
    --search) _lockstep_words "$1" auto states traces all ;;
    --endings) _lockstep_words "$1" named state ;;
    --format)
        case ${COMP_WORDS[1]-} in
        export) _lockstep_words "$1" text schedule ini jsonl trace mermaid dot states svg ;;
        *) _lockstep_words "$1" text ansi svg ;;
        esac
        ;;
    -o)
        mapfile -t COMPREPLY < <(compgen -f -- "$1")
        compopt -o filenames 2>/dev/null
        ;;
    --size) _lockstep_words "$1" 80x24 120x40 200x50 ;;
    --color) _lockstep_words "$1" auto always never 8 16 256 ;;
    --theme) _lockstep_words "$1" dark light mono high-contrast ;;
    --save-witnesses)
        mapfile -t COMPREPLY < <(compgen -d -- "$1")
        compopt -o filenames 2>/dev/null
        ;;
    --set | --seed | --schedule | --runs | --depth | --jobs | --keys | \
        --max-steps | --max-states | --max-memory | --time-limit)
        COMPREPLY=()
        ;;
    *) return 1 ;;
    esac
}

_lockstep()
{
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local verb=${COMP_WORDS[1]-} screen='--ascii --color --theme --no-config' options

    # "--name=value" comes as three words.
    if [[ $current == = ]]; then
        current=
    elif [[ $previous == = ]]; then
        previous=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    _lockstep_value "$current" "$previous" && return

    if ((COMP_CWORD == 1)) && [[ $current != -* ]]; then
        _lockstep_scenarios "$current" "${COMP_WORDS[0]}"
        mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(
            compgen -W 'run explore sample check render export list show lint help' -- "$current")
        return
    fi
    case $verb in
    run) options='--schedule --policy --seed --depth --max-steps --locks --order --quiet --json --set' ;;
    explore) options='--search --reduce --preemptions --endings --max-states --max-memory --time-limit --jobs --save-witnesses --json --set' ;;
    sample) options='--runs --policy --seed --depth --endings --max-steps --time-limit --jobs --json --set' ;;
    check) options='--max-states --max-memory --time-limit --jobs --json --set' ;;
    render) options="--size --keys --format $screen --set" ;;
    export) options='--format --schedule --max-steps --set' ;;
    list) options='--json' ;;
    show) options='' ;;
    lint) options='--json --set' ;;
    *) options="--plain $screen --set --version" ;;
    esac
    if [[ $current == -* ]]; then
        _lockstep_words "$current" "$options --help"
    elif [[ $verb == help ]]; then
        _lockstep_words "$current" run explore sample check render export list show lint
    elif [[ $verb != list ]]; then
        _lockstep_scenarios "$current" "${COMP_WORDS[0]}"
    fi
}

complete -F _lockstep lockstep
