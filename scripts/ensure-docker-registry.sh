#!/usr/bin/env bash
# Makes sure that Debian's docker-registry (CNCF distribution 2.8) is there, and prints the path of the program. A registry
# that is not of this project's making, which pushes are tested against.
#
#   scripts/ensure-docker-registry.sh [FOLDER]
#
# One that is on PATH is used. Otherwise the package is fetched with apt and unpacked into FOLDER, which is kept for the
# next time (default: the user's cache); no service is installed or started. Exit 1: it cannot be had here; the last lines
# say why.
set -euo pipefail

readonly FOLDER="${1:-${XDG_CACHE_HOME:-$HOME/.cache}/slipway/docker-registry}"
readonly PROGRAM="$FOLDER/files/usr/bin/docker-registry"
# Debian 12's version, whatever its revision: apt has no digest to pin by, and checks the archive's signature itself.
readonly VERSION='2.8.2+ds1*'

say() { printf 'ensure-docker-registry: %s\n' "$*" >&2; }

if command -v docker-registry >/dev/null 2>&1; then
  command -v docker-registry
  exit 0
fi
if [ ! -x "$PROGRAM" ]; then
  command -v apt-get >/dev/null 2>&1 && command -v dpkg-deb >/dev/null 2>&1 || {
    say "there is no docker-registry, and no apt to fetch it with."
    exit 1
  }
  say "fetching Debian's docker-registry into $FOLDER"
  mkdir -p "$FOLDER"
  (
    cd "$FOLDER"
    apt-get -o APT::Sandbox::User=root download -qq "docker-registry=$VERSION" || {
      [ "$(id -u)" = 0 ] && apt-get update -qq && apt-get -o APT::Sandbox::User=root download -qq "docker-registry=$VERSION"
    }
    dpkg-deb -x docker-registry_*.deb files
  ) >&2 || {
    say "apt gave no docker-registry of the version $VERSION."
    exit 1
  }
fi
"$PROGRAM" --version >&2
echo "$PROGRAM"
