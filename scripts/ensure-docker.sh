#!/usr/bin/env bash
# Makes sure that a Docker engine with BuildKit (buildx) answers, and says what it did.
#
#   scripts/ensure-docker.sh
#
# Exit 0: `docker info` and `docker buildx version` answer. Exit 1: they cannot be had here; the last
# lines say what is wrong and what to do. An engine that answers is used as it is. Only as root on
# Debian or Ubuntu is anything installed (from the distribution's own packages) or started.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=debian-13.sh
. "$(dirname "${BASH_SOURCE[0]}")/debian-13.sh"

# How long a running engine may take to answer, and all of asking and starting together. Installing packages, where it is
# needed, takes its own time and says so.
readonly ANSWER_SECONDS=5
readonly GIVE_UP_SECONDS=24
readonly LOG_FILE="${SLIPWAY_DOCKERD_LOG:-/var/log/slipway-dockerd.log}"

say() { printf 'ensure-docker: %s\n' "$*" >&2; }

fail() {
  say "$1"
  shift
  local line
  for line in "$@"; do say "  $line"; done
  exit 1
}

# `docker info` exits 0 in some versions when there is only a client: a server has a version.
engine_answers() {
  local version
  version=$(timeout "$ANSWER_SECONDS" docker info --format '{{.ServerVersion}}' 2>/dev/null) && [ -n "$version" ]
}

buildx_answers() { timeout "$ANSWER_SECONDS" docker buildx version >/dev/null 2>&1; }

may_install() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 && [ -r /etc/os-release ] &&
    grep -qE '^ID(_LIKE)?=.*(debian|ubuntu)' /etc/os-release
}

apt_install() {
  say "installing $* from the distribution's packages"
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# Debian 12 has no buildx. Debian 13's package is a single static-enough program (libc6 >= 2.34), so it
# is taken from there without adding that release to the system's own sources.
install_buildx_from_debian_13() {
  # No local trap: a RETURN trap outlives the function; the directory is removed at the end of the script.
  WORK_DIRECTORY=$(mktemp -d)
  say "installing buildx from Debian 13's packages (this release has none)"
  unpack_from_debian_13 "$WORK_DIRECTORY" docker-buildx || return 1
  install -D -t /usr/local/lib/docker/cli-plugins "$WORK_DIRECTORY"/files/usr/libexec/docker/cli-plugins/docker-buildx
}

ensure_buildx() {
  buildx_answers && return 0
  may_install || fail "the Docker engine answers, but 'docker buildx' does not." \
    "Install the buildx plugin (package docker-buildx or docker-buildx-plugin) and run this again."
  apt-get update -qq || say "apt-get update failed; trying with the lists that are there"
  if apt-cache show docker-buildx >/dev/null 2>&1; then
    apt_install docker-buildx || true
  else
    install_buildx_from_debian_13 || true
  fi
  buildx_answers || fail "buildx could not be installed from the distribution's packages." \
    "Install the docker-buildx plugin by hand and run this again."
}

start_engine() {
  if [ -d /run/systemd/system ] && timeout "$ANSWER_SECONDS" systemctl start docker 2>/dev/null && engine_answers; then
    return 0
  fi
  say "starting dockerd (log: $LOG_FILE)"
  # A daemon that was killed leaves its pid file behind, and a new one then refuses to start.
  if [ -f /var/run/docker.pid ] && ! kill -0 "$(cat /var/run/docker.pid)" 2>/dev/null; then
    rm -f /var/run/docker.pid
  fi
  setsid dockerd >"$LOG_FILE" 2>&1 </dev/null &
  local pid=$! deadline=$((SECONDS + GIVE_UP_SECONDS - ASKED_SECONDS))
  while [ "$SECONDS" -lt "$deadline" ]; do
    if [ -n "$(timeout 2 docker info --format '{{.ServerVersion}}' 2>/dev/null)" ]; then return 0; fi
    if ! kill -0 "$pid" 2>/dev/null; then
      fail "dockerd could not start. Its last words:" "$(last_words)" \
        "A Docker engine needs root, cgroups, iptables and overlay support; start one by hand, or point DOCKER_HOST at one."
    fi
    sleep 0.2 # between two looks at the condition this loop waits for
  done
  kill "$pid" 2>/dev/null || true
  fail "dockerd did not answer in time. Its last words:" "$(last_words)" \
    "See $LOG_FILE, or point DOCKER_HOST at an engine that runs."
}

last_words() {
  local words
  words=$(tail -n 5 "$LOG_FILE" 2>/dev/null)
  printf '%s' "${words:-(none)}"
}

WORK_DIRECTORY=
trap '[ -z "$WORK_DIRECTORY" ] || rm -rf "$WORK_DIRECTORY"' EXIT

ASKED_SECONDS=0
answered=no
if command -v docker >/dev/null 2>&1; then
  say "asking the Docker engine"
  if engine_answers; then answered=yes; fi
  ASKED_SECONDS=$SECONDS
fi
if [ "$answered" = no ]; then
  if [ -n "${DOCKER_HOST:-}" ] && command -v docker >/dev/null 2>&1; then
    fail "no Docker engine answers at DOCKER_HOST=$DOCKER_HOST." \
      "Start that engine, or unset DOCKER_HOST to use (or install) a local one."
  fi
  may_install || fail "no Docker engine answers here." \
    "Install Docker with buildx and start it, or run this as root on Debian or Ubuntu, where it is installed for you."
  if ! command -v dockerd >/dev/null 2>&1 || ! command -v docker >/dev/null 2>&1; then
    apt-get update -qq || say "apt-get update failed; trying with the lists that are there"
    apt_install docker.io || fail "docker.io could not be installed from the distribution's packages." \
      "Run 'apt-get install docker.io' by hand and read what it says."
  fi
  start_engine
fi
ensure_buildx
say "engine $(docker info --format '{{.ServerVersion}}'), $(docker buildx version | head -n 1)"
