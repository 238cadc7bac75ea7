#!/usr/bin/env bash
# Makes sure that the engine has an image of BuildKit's daemon, of which buildx makes builders of the docker-container
# driver, and prints the image's name.
#
#   docker buildx create --name NAME --driver docker-container --driver-opt "image=$(scripts/ensure-buildkit.sh)"
#
#   scripts/ensure-buildkit.sh [FOLDER]
#
# The public image is used where the engine has it or can pull it. Otherwise BuildKit is built from the Go module proxy in
# this version into FOLDER, which is kept for the next time (default: the user's cache), in some minutes, and becomes an
# image with this machine's runc. Exit 1: it cannot be had here; the last lines say why.
set -euo pipefail

# A recent one, because docker/setup-buildx-action starts the newest. buildx of any version can talk to it.
readonly BUILDKIT=0.32.2
readonly PUBLIC_IMAGE="moby/buildkit:v$BUILDKIT"
# buildx tries to pull whatever it is told to use, and takes the engine's own image when that fails: under this name nobody
# can offer another.
readonly OWN_IMAGE="127.0.0.1:1/slipway-buildkit:v$BUILDKIT"
# The version is part of the path: a newer script finds nothing of an older one.
readonly FOLDER="${1:-${XDG_CACHE_HOME:-$HOME/.cache}/slipway/buildkit}/$BUILDKIT"
# Enough for 100 MB on a good line; where no registry answers, nobody should have to wait for longer.
readonly PULL_SECONDS=30

say() { printf 'ensure-buildkit: %s\n' "$*" >&2; }
fail() { say "$@"; exit 1; }

engine_has() { docker image inspect "$1" >/dev/null 2>&1; }

# In the module's own folder: its go.mod excludes what `go install` would have to ignore, and its go.sum holds every module.
build_programs() {
  command -v go >/dev/null 2>&1 || fail "$PUBLIC_IMAGE cannot be pulled, and there is no go to build BuildKit with."
  say "building BuildKit $BUILDKIT into $FOLDER"
  local source
  source=$(GOFLAGS=-mod=mod go mod download -json "github.com/moby/buildkit@v$BUILDKIT" | sed -nE 's/^\t"Dir": "(.*)",$/\1/p') &&
    [ -n "$source" ] || fail "the Go module proxy gave no BuildKit $BUILDKIT."
  rm -rf "$FOLDER.new" # of a build that was interrupted
  mkdir -p "$FOLDER.new"
  (
    cd "$source"
    CGO_ENABLED=0 GOFLAGS=-mod=readonly go build -trimpath -buildvcs=false -o "$FOLDER.new/" \
      -ldflags "-s -w -X github.com/moby/buildkit/version.Version=v$BUILDKIT" ./cmd/buildkitd ./cmd/buildctl
  ) >&2 || fail "BuildKit $BUILDKIT cannot be built; its go.mod says which Go it needs."
  mv "$FOLDER.new" "$FOLDER"
}

# The programs, runc with the libraries that it loads, and where temporary files go: no shell, no package manager, no git.
make_image() {
  command -v runc >/dev/null 2>&1 || fail "there is no runc for BuildKit to start containers with."
  WORK_DIRECTORY=$(mktemp -d)
  local root="$WORK_DIRECTORY/root" library
  install -D -t "$root/usr/bin" "$FOLDER/buildkitd" "$FOLDER/buildctl" "$(command -v runc)"
  for library in $(ldd "$(command -v runc)" | grep -oE '/[^ ]+'); do install -D "$library" "$root$library"; done
  install -d -m 1777 "$root/tmp"
  chmod 755 "$root"
  tar -cf "$WORK_DIRECTORY/root.tar" --owner=0 --group=0 --numeric-owner -C "$root" .
  docker import --change 'ENV PATH=/usr/bin' --change 'ENTRYPOINT ["buildkitd"]' \
    --message "BuildKit $BUILDKIT" "$WORK_DIRECTORY/root.tar" "$OWN_IMAGE" >/dev/null
  docker run --rm --network none "$OWN_IMAGE" --version >&2 || {
    docker image rm "$OWN_IMAGE" >/dev/null
    fail "BuildKit does not start in the image that was made of it."
  }
}

WORK_DIRECTORY=
trap '[ -z "$WORK_DIRECTORY" ] || rm -rf "$WORK_DIRECTORY"' EXIT

for image in "$OWN_IMAGE" "$PUBLIC_IMAGE"; do
  if engine_has "$image"; then
    echo "$image"
    exit 0
  fi
done
if [ ! -x "$FOLDER/buildkitd" ]; then
  if timeout "$PULL_SECONDS" docker pull --quiet "$PUBLIC_IMAGE" >&2; then
    echo "$PUBLIC_IMAGE"
    exit 0
  fi
  build_programs
fi
make_image
echo "$OWN_IMAGE"
