#!/usr/bin/env bash
# Makes sure that act is there, which runs workflows on this machine, and prints the path of the program.
#
#   scripts/ensure-act.sh [FOLDER]
#
# It is built from the Go module proxy in this version into FOLDER, which is kept for the next time (default: the user's
# cache); that takes a minute or two. Exit 1: it cannot be had here; the last lines say why.
set -euo pipefail

readonly ACT=0.2.87
# The version is part of the path: a newer script finds nothing of an older one.
readonly FOLDER="${1:-${XDG_CACHE_HOME:-$HOME/.cache}/slipway/act}/$ACT"

say() { printf 'ensure-act: %s\n' "$*" >&2; }

if [ ! -x "$FOLDER/act" ]; then
  command -v go >/dev/null 2>&1 || {
    say "there is no go to build act with."
    exit 1
  }
  say "building act $ACT into $FOLDER"
  GOBIN="$FOLDER" go install "github.com/nektos/act@v$ACT" >&2 || {
    say "act $ACT cannot be built; it needs Go 1.25 or later."
    exit 1
  }
fi
echo "$FOLDER/act"
