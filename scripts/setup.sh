# Shared by ./start and ./test (POSIX sh, sourced): find out what is missing, say so, install it, build.
#
# Sourced with $root set to the top of the tree. Everything that is not the program's own output goes to
# standard error.

set -eu
: "${root:?}"

say()
{
    printf '%s\n' "$*" >&2
}

die()
{
    say "error: $*"
    exit 1
}

jobs=$(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

# --- Probes: what counts is that the thing works here, not which package brought it. ---

has_command()
{
    command -v "$1" >/dev/null 2>&1
}

has_header()
{
    printf '#include <%s>\n' "$1" |
        cc -E -I/usr/local/include -I/opt/homebrew/include - >/dev/null 2>&1
}

has_cmake()
{
    has_command cmake || return 1
    cmake --version | awk 'NR == 1 { split($3, v, "."); exit !(v[1] > 3 || v[1] == 3 && v[2] >= 25) }'
}

# links COMPILER FLAG...: a program that does nothing can be built with these flags.
links()
{
    probe_dir=$(mktemp -d)
    printf '#include <stddef.h>\n#include <stdint.h>\n' >"$probe_dir/p.c"
    case "$*" in
    *=fuzzer*) echo 'int LLVMFuzzerTestOneInput(const uint8_t *d, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *d, size_t n) { return d == NULL && n != 0; }' ;;
    *) echo 'int main(void) { return 0; }' ;;
    esac >>"$probe_dir/p.c"
    probe_result=0
    "$@" -o "$probe_dir/p" "$probe_dir/p.c" >/dev/null 2>&1 || probe_result=1
    rm -rf "$probe_dir"
    return $probe_result
}

has_terminfo()
{
    infocmp "$1" >/dev/null 2>&1
}

# --- What is needed. Columns: how to see that it is there; its packages by package manager. ---

require()
{
    if eval "$1" >/dev/null 2>&1; then
        return 0
    fi
    missing_what="$missing_what${missing_what:+, }$2"
    missing_apt="$missing_apt $3"
    missing_dnf="$missing_dnf $4"
    missing_pacman="$missing_pacman $5"
    missing_brew="$missing_brew $6"
}

look_for_missing()
{
    missing_what='' missing_apt='' missing_dnf='' missing_pacman='' missing_brew=''
    #        probe                              what            Debian, Ubuntu      Fedora            Arch         Homebrew
    require 'links cc && has_header stdio.h'    'C compiler'    'gcc libc6-dev'     'gcc'             'gcc'        'gcc'
    require 'has_command make'                  'make'          'make'              'make'            'make'       'make'
    require 'has_cmake'                         'CMake 3.25'    'cmake'             'cmake'           'cmake'      'cmake'
    require 'has_header ncurses.h'              'ncurses'       'libncurses-dev'    'ncurses-devel'   'ncurses'    'ncurses'
    require 'has_header xxhash.h'               'xxHash'        'libxxhash-dev'     'xxhash-devel'    'xxhash'     'xxhash'
    if [ "$1" = tests ]; then
        # cmocka.h cannot be read alone, so look for where it can be.
        require 'cmocka_is_here'                'cmocka'        'libcmocka-dev'     'libcmocka-devel' 'cmocka'     'cmocka'
        require 'has_command tmux'              'tmux'          'tmux'              'tmux'            'tmux'       'tmux'
        require 'has_command diff'              'diff'          'diffutils'         'diffutils'       'diffutils'  'diffutils'
        require 'has_terminfo tmux-256color'    'tmux-256color' 'ncurses-bin ncurses-term' 'ncurses ncurses-term' 'ncurses' 'ncurses'
        require 'links cc -fsanitize=address,undefined' 'sanitizers' 'gcc'          'libasan libubsan' 'gcc'       'gcc'
        require 'has_command clang'             'clang'         'clang'             'clang'           'clang'      'llvm'
        require 'links clang -fsanitize=fuzzer,address,undefined' 'libFuzzer' 'libclang-rt-dev' 'compiler-rt' 'compiler-rt' 'llvm'
        require 'has_command clang-format'      'clang-format'  'clang-format'      'clang-tools-extra' 'clang'    'clang-format'
        require 'has_command clang-tidy'        'clang-tidy'    'clang-tidy'        'clang-tools-extra' 'clang'    'llvm'
    fi
}

cmocka_is_here()
{
    printf '#include <stdarg.h>\n#include <stddef.h>\n#include <stdint.h>\n#include <setjmp.h>\n#include <cmocka.h>\n' |
        cc -E -I/usr/local/include -I/opt/homebrew/include -
}

# --- Installing ---

# Root as it is; sudo otherwise, which may ask for a password only where somebody can type one.
as_root()
{
    if [ "$(id -u)" = 0 ]; then
        "$@" >&2
    elif ! has_command sudo; then
        die "installing packages needs root or sudo"
    elif [ -t 0 ]; then
        sudo "$@" >&2
    else
        sudo -n "$@" >&2
    fi
}

apt_install()
{
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends "$@" </dev/null
}

install_missing()
{
    look_for_missing "$1"
    if [ -z "$missing_what" ]; then
        return 0
    fi
    say "Missing: $missing_what. Packages that bring it:"
    say "  Debian, Ubuntu:$missing_apt"
    say "  Fedora:        $missing_dnf"
    say "  Arch:          $missing_pacman"
    say "  Homebrew:      $missing_brew"
    # The lists are words by design: package names hold no blanks.
    # shellcheck disable=SC2086
    if has_command apt-get; then
        say "Installing with apt-get:$missing_apt"
        # The package lists are fetched only when those at hand do not do.
        if ! apt-get -s install $missing_apt >/dev/null 2>&1 || ! apt_install $missing_apt; then
            as_root apt-get update </dev/null || say "apt-get update failed"
            apt_install $missing_apt || say "apt-get install failed"
        fi
    elif has_command dnf; then
        say "Installing with dnf:$missing_dnf"
        as_root dnf install -y $missing_dnf </dev/null || say "dnf failed"
    elif has_command pacman; then
        say "Installing with pacman:$missing_pacman"
        as_root pacman -S --needed --noconfirm $missing_pacman </dev/null || say "pacman failed"
    elif has_command brew; then
        say "Installing with brew:$missing_brew"
        brew install $missing_brew </dev/null >&2 || say "brew failed"
    else
        die "no package manager that is known here; install these by hand, then run this again"
    fi
    look_for_missing "$1"
    [ -z "$missing_what" ] || die "still missing: $missing_what"
}

# --- Building ---

# build_preset NAME: configure and build it in build/NAME, output on standard output.
build_preset()
{
    (cd "$root" && cmake --preset "$1") && cmake --build "$root/build/$1" --parallel "$jobs"
}
