#!/bin/sh
# Install what decks and pages are shown with, for the tests that open them: Chromium, LibreOffice Impress, pdftoppm, and,
# where there is npm, Marp and Slidev in .viewers/. Nothing of it is needed to make a deck; tests skip what is missing.
set -eu
cd "$(dirname "$0")/.."

tools=scripts/viewers.json # unocss is held back there: newer releases want a package that was never published
place=.viewers

say() { printf '==> %s\n' "$*"; }
die() {
    printf 'viewers: %s\n' "$*" >&2
    exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

packages=
has chromium || packages="$packages chromium"
has soffice || packages="$packages libreoffice-impress"
has pdftoppm || packages="$packages poppler-utils"
if [ -n "$packages" ]; then
    has apt-get || die "missing:$packages. Install them by hand (on macOS: brew install --cask chromium libreoffice; brew install poppler)."
    root=
    [ "$(id -u)" = 0 ] || { has sudo || die "missing:$packages. As root run: apt-get update && apt-get install$packages"; root=sudo; }
    say "apt-get install$packages"
    log=$(mktemp)
    for step in update "install -y --no-install-recommends $packages"; do
        # shellcheck disable=SC2086 # lists of words
        $root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 $step </dev/null >"$log" 2>&1 || {
            tail -n 20 "$log" >&2
            die "apt-get failed. By hand: apt-get update && apt-get install$packages"
        }
    done
    rm -f "$log"
fi

if ! has npm; then
    say "No npm here: the tests with Marp and Slidev are skipped"
elif ! cmp -s "$tools" "$place/installed.json"; then
    say "npm install (Marp, Slidev: a minute or two)"
    rm -rf "$place"
    mkdir "$place"
    cp "$tools" "$place/package.json"
    # No lock file: it would name the registry that happened to be used.
    PUPPETEER_SKIP_DOWNLOAD=1 npm install --prefix "$place" --no-package-lock --no-audit --no-fund --loglevel=error </dev/null ||
        die "npm install failed (see above)."
    cp "$tools" "$place/installed.json"
fi
say "Ready: chromium, soffice, pdftoppm"
