#!/usr/bin/env bash
# Makes sure that an AWS CLI which knows ECS service deployments (1.45 or later) is there, and prints the folder it is in.
#
#   scripts/ensure-aws-cli.sh [FOLDER]
#
# One that is on PATH and new enough is used. Otherwise it is installed from PyPI into FOLDER, which is kept for the next
# time (default: the user's cache). Exit 1: it cannot be had here; the last lines say why.
set -euo pipefail

readonly FOLDER="${1:-${XDG_CACHE_HOME:-$HOME/.cache}/slipway/aws-cli}"

say() { printf 'ensure-aws-cli: %s\n' "$*" >&2; }

is_new_enough() {
  local version
  version=$("$1" --version 2>/dev/null | sed -nE 's#^aws-cli/([0-9]+)\.([0-9]+).*#\1 \2#p') || return 1
  [ -n "$version" ] && { [ "${version% *}" -gt 1 ] || [ "${version#* }" -ge 45 ]; }
}

if command -v aws >/dev/null 2>&1 && is_new_enough aws; then
  dirname "$(command -v aws)"
  exit 0
fi
if ! is_new_enough "$FOLDER/bin/aws"; then
  command -v python3 >/dev/null 2>&1 || {
    say "there is no AWS CLI 1.45 or later, and no python3 to install it with."
    exit 1
  }
  say "installing the AWS CLI from PyPI into $FOLDER"
  mkdir -p "$FOLDER"
  if ! python3 -m venv "$FOLDER" >/dev/null 2>&1; then
    # Debian and Ubuntu keep venv in a package of its own.
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || {
      say "python3 has no venv here; install python3-venv and run this again."
      exit 1
    }
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv; } >&2
    python3 -m venv "$FOLDER" >&2
  fi
  "$FOLDER/bin/pip" install --quiet --disable-pip-version-check 'awscli>=1.45' >&2
fi
is_new_enough "$FOLDER/bin/aws" || {
  say "PyPI gave no AWS CLI of 1.45 or later."
  exit 1
}
echo "$FOLDER/bin"
