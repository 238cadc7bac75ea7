#!/usr/bin/env bash
# Starts a second Docker engine that keeps its images in containerd's store, beside the machine's own, and prints where it
# answers. What the engine's older store cannot do (several platforms, attestations, rewritten times) is tested on it.
#
#   DOCKER_HOST=$(scripts/ensure-containerd-engine.sh)
#
# Exit 0: it answers; its address is the only line of stdout. Exit 1: it cannot be had here; the last lines of stderr say
# why. Only as root on Debian is anything fetched (from the distribution's own packages), into a folder of its own.
# End it with: kill "$(cat /var/lib/slipway-containerd/docker.pid)"
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=debian-13.sh
. "$(dirname "${BASH_SOURCE[0]}")/debian-13.sh"

readonly HOME_FOLDER="${SLIPWAY_CONTAINERD_FOLDER:-/var/lib/slipway-containerd}"
readonly SOCKET="$HOME_FOLDER/docker.sock"
readonly LOG_FILE="$HOME_FOLDER/dockerd.log"
readonly BRIDGE=slipway0
readonly GIVE_UP_SECONDS=30

say() { printf 'ensure-containerd-engine: %s\n' "$*" >&2; }
fail() { say "$@"; exit 1; }
answers() { [ -n "$(DOCKER_HOST="unix://$SOCKET" timeout 5 docker info --format '{{.ServerVersion}}' 2>/dev/null)" ]; }

fetch() {
  say "fetching an engine from Debian 13's packages"
  unpack_from_debian_13 "$HOME_FOLDER/apt" docker.io containerd ||
    fail "the packages docker.io and containerd of Debian 13 could not be fetched from the mirror that is configured here"
  rm -rf "$HOME_FOLDER/files" # of a fetch that was interrupted
  mv "$HOME_FOLDER/apt/files" "$HOME_FOLDER/files"
}

# A bridge of its own and no firewall rules: a second engine that shares the first one's takes its network down.
start() {
  mkdir -p "$HOME_FOLDER"
  ip link show "$BRIDGE" >/dev/null 2>&1 || ip link add "$BRIDGE" type bridge
  ip addr show "$BRIDGE" | grep -q 'inet ' || ip addr add 172.29.77.1/24 dev "$BRIDGE"
  ip link set "$BRIDGE" up
  cat >"$HOME_FOLDER/daemon.json" <<CONF
{"features": {"containerd-snapshotter": true}, "data-root": "$HOME_FOLDER/data", "exec-root": "$HOME_FOLDER/exec",
 "pidfile": "$HOME_FOLDER/docker.pid", "hosts": ["unix://$SOCKET"], "bridge": "$BRIDGE", "iptables": false,
 "ip6tables": false, "ip-masq": false}
CONF
  if [ -f "$HOME_FOLDER/docker.pid" ] && ! kill -0 "$(cat "$HOME_FOLDER/docker.pid")" 2>/dev/null; then
    rm -f "$HOME_FOLDER/docker.pid"
  fi
  say "starting dockerd (log: $LOG_FILE)"
  PATH="$HOME_FOLDER/files/usr/bin:$HOME_FOLDER/files/usr/sbin:$PATH" \
    setsid "$HOME_FOLDER/files/usr/sbin/dockerd" --config-file "$HOME_FOLDER/daemon.json" >"$LOG_FILE" 2>&1 </dev/null &
  local pid=$! deadline=$((SECONDS + GIVE_UP_SECONDS))
  until answers; do
    kill -0 "$pid" 2>/dev/null || fail "dockerd could not start: $(tail -n 3 "$LOG_FILE")"
    [ "$SECONDS" -lt "$deadline" ] || fail "dockerd did not answer in time: $(tail -n 3 "$LOG_FILE")"
    sleep 0.2 # between two looks at the condition this loop waits for
  done
}

if ! answers; then
  [ "$(id -u)" = 0 ] && command -v dpkg-deb >/dev/null && command -v runc >/dev/null && command -v ip >/dev/null ||
    fail "it needs root, Debian, runc and ip"
  [ -x "$HOME_FOLDER/files/usr/sbin/dockerd" ] || fetch
  start
fi
echo "unix://$SOCKET"
