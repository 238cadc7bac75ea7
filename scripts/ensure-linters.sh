#!/usr/bin/env bash
# Makes sure that the linters of workflows are there, actionlint and zizmor, and prints the folder that both are in.
#
#   scripts/ensure-linters.sh [FOLDER]
#
# actionlint is built from the Go module proxy and zizmor is installed from PyPI, in these versions, into FOLDER, which is
# kept for the next time (default: the user's cache). Exit 1: they cannot be had here; the last lines say why.
set -euo pipefail

readonly ACTIONLINT=1.7.12
readonly ZIZMOR=1.32.0
# The versions are part of the path: a newer script finds nothing of an older one.
readonly FOLDER="${1:-${XDG_CACHE_HOME:-$HOME/.cache}/slipway/linters}/$ACTIONLINT-$ZIZMOR"

say() { printf 'ensure-linters: %s\n' "$*" >&2; }

needs() {
  command -v "$1" >/dev/null 2>&1 || {
    say "there is no $1 to install $2 with."
    exit 1
  }
}

if [ ! -x "$FOLDER/bin/actionlint" ]; then
  needs go actionlint
  say "building actionlint $ACTIONLINT into $FOLDER"
  GOBIN="$FOLDER/bin" go install "github.com/rhysd/actionlint/cmd/actionlint@v$ACTIONLINT" >&2
fi
if [ ! -x "$FOLDER/bin/zizmor" ]; then
  needs python3 zizmor
  say "installing zizmor $ZIZMOR into $FOLDER"
  python3 -m venv "$FOLDER/python" >&2 || {
    say "python3 has no venv here; install python3-venv and run this again."
    exit 1
  }
  "$FOLDER/python/bin/pip" install --quiet --disable-pip-version-check "zizmor==$ZIZMOR" >&2
  # Last: a link that is there means an installation that came to its end.
  ln -sf ../python/bin/zizmor "$FOLDER/bin/zizmor"
fi
echo "$FOLDER/bin"
