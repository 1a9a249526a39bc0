#!/bin/sh
# setup.sh [dev]: make this folder ready to run: system libraries and fonts that are missing, then .venv with the pinned
# packages that rendering needs, and with "dev" those of the tests and the documentation, too.
# When that has been done already it only compares the stamp and leaves. Plain POSIX sh: dash and macOS's old bash both run it.
set -eu
cd "$(dirname "$0")/.."

venv=.venv
stamp=$venv/.setup-stamp
unfinished=$venv/.setup-unfinished # there while packages are being installed: such a .venv is not to be trusted
lock=.setup.lock
extras=${1:-}

say() { printf '==> %s\n' "$*"; }
die() {
    printf 'setup: %s\n' "$*" >&2
    exit 1
}

# Where we are (scripts in .venv/bin name the folder, so a moved folder needs a new .venv) and what is asked for.
wanted() {
    pwd -P
    cksum pyproject.toml constraints.txt
}

# What was installed once stays: make demo after make test leaves the tests' packages as they are.
has_extras() { [ "$(sed -n 4p "$stamp" 2>/dev/null)" = dev ]; }

identity() { "$1" -c 'import sys; print(sys.version, sys.base_prefix)' 2>/dev/null; }

is_ready() {
    [ -f "$stamp" ] && [ ! -e "$unfinished" ] && [ -x "$venv/bin/python" ] && [ "$(head -n 3 "$stamp")" = "$(wanted)" ] || return 1
    [ -z "$extras" ] || has_extras || return 1
    [ -z "${PYTHON:-}" ] || [ "$(identity "$PYTHON")" = "$(identity "$venv/bin/python")" ]
}

if is_ready; then exit 0; fi
[ -w . ] || die "cannot write in $PWD: set up a copy that you own."
case $PWD in # meson, pip's scripts or venv itself break there; spaces and any alphabet are fine
    *[\'\"\$\`\\:]*) die "this folder cannot be set up, since its path has one of ' \" \$ \` \\ : in it: move it. It is $PWD" ;;
esac

# A caller's Python settings, or make's own flags, must not reach the builds below.
unset PYTHONPATH PYTHONHOME VIRTUAL_ENV MAKEFLAGS MFLAGS MAKELEVEL PIP_TARGET PIP_PREFIX PIP_ROOT
export PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
export PIP_USE_PEP517=1 # pip before 23.1 would run setup.py of packages that have no pyproject.toml

# ---- one at a time -------------------------------------------------------------------------------------------------

waited=0
until (set -C && echo $$ >"$lock") 2>/dev/null; do
    holder=$(cat "$lock" 2>/dev/null || :)
    if [ "$waited" -ge 2 ] && { [ -z "$holder" ] || ! kill -0 "$holder" 2>/dev/null; }; then
        rm -f "$lock" # its owner is gone
    else
        [ "$waited" -ne 2 ] || say "Waiting for another set-up in this folder (process $holder; remove $lock if it is gone)"
        waited=$((waited + 1))
        sleep 1
    fi
done
trap 'rm -f "$lock"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
if is_ready; then exit 0; fi

# ---- which Python --------------------------------------------------------------------------------------------------

if [ "$(uname -s)" = Darwin ]; then
    system=macos
elif command -v apt-get >/dev/null 2>&1; then
    system=debian
else
    system=other
fi

# Run it: a version manager leaves commands behind that only say "not installed here".
runs() { "$1" -c 'import sys, ssl, zlib; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
has_venv() { "$1" -c 'import venv, ensurepip' >/dev/null 2>&1; }
has_headers() {
    "$1" -c 'import os, sys, sysconfig as s; sys.exit(not os.path.exists(os.path.join(s.get_path("include"), "Python.h")))'
}
# The system's own Python leaves parts out (venv, headers), but apt-get can add them.
is_debians() {
    [ "$system" = debian ] || return 1
    "$1" -c 'import sys; sys.exit(sys.base_prefix != "/usr")'
}

find_python() {
    python=
    if [ -n "${PYTHON:-}" ]; then
        runs "$PYTHON" || die "PYTHON=$PYTHON does not run, or is older than Python 3.11: name another one."
        python=$PYTHON
        return
    fi
    for name in python3.13 python3.12 python3.11 python3 python; do
        if runs "$name" && { has_venv "$name" && has_headers "$name" || is_debians "$name"; }; then
            python=$name
            return
        fi
    done
}

# ---- what is missing -----------------------------------------------------------------------------------------------

compiles() {
    dir=$(mktemp -d)
    printf '#include <stdio.h>\nint main(void) { return 0; }\n' >"$dir/try.c"
    ${CC:-cc} "$dir/try.c" -o "$dir/try" >/dev/null 2>&1 && result=0 || result=1
    rm -rf "$dir"
    return "$result"
}
has_library() { pkg-config --exists "$1" 2>/dev/null; }
has_cjk_font() {
    if command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list 'Noto Sans CJK SC' family)" ]; then return 0; fi
    [ "$system" = macos ] && find "$HOME/Library/Fonts" /Library/Fonts -name "NotoSansCJK*" 2>/dev/null | grep -q .
}

# Sets `missing` (for people) and `packages` (for the system's installer).
find_missing() {
    missing="" packages=""
    find_python
    if [ -z "$python" ]; then
        from_apt=$(newest_packaged_python)
        need "Python 3.11 or newer" "${from_apt:-python3 python3-venv python3-dev}" python@3.13
    else
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        has_venv "$python" || need "Python's venv" "python$version-venv" "python@$version"
        has_headers "$python" || need "Python's headers" "python$version-dev" "python@$version"
    fi
    compiles || need "a C compiler" "gcc libc6-dev" ""
    command -v pkg-config >/dev/null 2>&1 || need pkg-config pkg-config pkgconf
    has_library cairo || need "cairo's headers" libcairo2-dev cairo
    has_library pangocairo || need "pango's headers" libpango1.0-dev pango
    [ "$system" = macos ] || command -v fc-list >/dev/null 2>&1 || need fontconfig fontconfig ""
    has_cjk_font || need "the font Noto Sans CJK" fonts-noto-cjk font-noto-sans-cjk
}
need() { # what it is, apt packages, brew formula
    missing="${missing:+$missing, }$1"
    if [ "$system" = macos ]; then packages="$packages $3"; else packages="$packages $2"; fi
}
newest_packaged_python() {
    [ "$system" = debian ] || return 0
    for v in 3.13 3.12 3.11; do
        if apt-cache show "python$v-venv" >/dev/null 2>&1; then
            echo "python$v python$v-venv python$v-dev"
            return
        fi
    done
}

# ---- install it ----------------------------------------------------------------------------------------------------

apt_get() { # through env, since sudo may drop variables
    set -- env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 apt-get -q -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@"
    if [ "$(id -u)" != 0 ]; then set -- sudo "$@"; fi
    output=$("$@" </dev/null 2>&1) && return 0
    printf '%s\n' "$output" | tail -n 20 >&2 # it talks a lot: shown only when it fails
    return 1
}

install_on_debian() {
    by_hand="apt-get update && apt-get install$packages"
    if [ "$(id -u)" != 0 ]; then
        by_hand="sudo apt-get update && sudo apt-get install$packages"
        command -v sudo >/dev/null 2>&1 ||
            die "missing: $missing. You are not root and there is no sudo here; as root run: apt-get update && apt-get install$packages"
    fi
    apt_get update || die "apt-get update failed (see above). To install by hand: $by_hand"
    find_missing # the fresh lists say which Pythons there are
    [ -n "$python" ] || [ -n "$(newest_packaged_python)" ] ||
        die "no Python 3.11 or newer found, and this system packages none: install one and run: make setup PYTHON=/path/to/python3"
    say "apt-get install$packages"
    # shellcheck disable=SC2086 # a list of package names
    apt_get install -y --no-install-recommends $packages || die "apt-get failed (see above). To install by hand: $by_hand"
}

install_on_macos() {
    compiles || die "no C compiler: run xcode-select --install, then make setup again."
    command -v brew >/dev/null 2>&1 ||
        die "missing: $missing. Install Homebrew (https://brew.sh) and run make setup again, or run: port install cairo pango pkgconfig"
    say "brew install$packages"
    # shellcheck disable=SC2086 # a list of formula names
    brew install $packages || die "brew failed (see above). To install by hand: brew install$packages"
}

find_missing
if [ -n "$missing" ]; then
    say "Missing on this system: $missing"
    case $system in
        debian) install_on_debian ;;
        macos) install_on_macos ;;
        *) die "missing: $missing. Install them with your system's package manager (development packages, headers included) and run make setup again." ;;
    esac
    find_missing
    [ -z "$missing" ] || die "still missing after the installation: $missing (pkg-config is $(command -v pkg-config || echo absent))."
fi

# ---- the virtual environment ---------------------------------------------------------------------------------------

usable() { # an environment that someone made or finished earlier, in this place, with the interpreter asked for
    [ ! -e "$unfinished" ] && runs "$venv/bin/python" || return 1
    [ ! -f "$stamp" ] || [ "$(head -n 1 "$stamp")" = "$(pwd -P)" ] || return 1
    [ -z "${PYTHON:-}" ] || [ "$(identity "$PYTHON")" = "$(identity "$venv/bin/python")" ]
}

if usable; then
    say "Updating $venv"
    ! has_extras || extras=dev
    touch "$unfinished"
else
    say "Creating $venv with $("$python" --version) ($python)"
    rm -rf "$venv"
    mkdir "$venv"
    touch "$unfinished"
    "$python" -m venv "$venv" || die "creating $venv failed (see above)."
fi

say "Installing the Python packages${extras:+, those of the tests, too} (some are compiled: a minute or two)"
# Python compiles what it imports: to compile all that lies there takes longer than a render.
"$venv/bin/python" -m pip install -q --no-compile -c constraints.txt -e ".${extras:+[$extras]}" ||
    die "installing the Python packages failed (see above); run make setup to try again."
[ -z "$extras" ] || "$venv/bin/python" -W ignore -m compileall -q -j 0 "$venv"/lib || true # the tests forbid its warnings
"$venv/bin/python" -W ignore -c 'import manim' || die "manim is installed but does not load (see above)."

{ wanted && echo "$extras"; } >"$stamp"
rm -f "$unfinished"
