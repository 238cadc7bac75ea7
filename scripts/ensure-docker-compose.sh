#!/usr/bin/env bash
# Makes sure that the docker client has its plugin `compose`, which a GitHub-hosted runner has, and says which it is.
#
#   scripts/ensure-docker-compose.sh
#
# One that answers is used. Otherwise, as root on Debian, it is taken from Debian 13's packages (a program that needs
# libc6 >= 2.34 alone) and put beside the client's other plugins. Exit 1: it cannot be had here; the last lines say why.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=debian-13.sh
. "$(dirname "${BASH_SOURCE[0]}")/debian-13.sh"

readonly PLUGINS=/usr/local/lib/docker/cli-plugins

say() { printf 'ensure-docker-compose: %s\n' "$*" >&2; }

if ! docker compose version >/dev/null 2>&1; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1 || ! command -v dpkg-deb >/dev/null 2>&1; then
    say "'docker compose' does not answer; install the plugin docker-compose-plugin (Debian: docker-compose)."
    exit 1
  fi
  say "taking docker compose from Debian 13's packages"
  WORK_DIRECTORY=$(mktemp -d)
  trap 'rm -rf "$WORK_DIRECTORY"' EXIT
  unpack_from_debian_13 "$WORK_DIRECTORY" docker-compose || {
    say "apt gave no docker-compose of Debian 13."
    exit 1
  }
  # Moved into place whole: somebody else may be doing the same.
  install -D "$WORK_DIRECTORY"/files/usr/libexec/docker/cli-plugins/docker-compose "$PLUGINS/docker-compose.$$"
  mv "$PLUGINS/docker-compose.$$" "$PLUGINS/docker-compose"
fi
docker compose version >&2
