# Sourced, not run: what scripts/ensure-*.sh take from Debian 13's packages, without touching the system's own sources.

# debian_mirror prints where this machine's own apt finds Debian; fails when it does not.
debian_mirror() {
  local mirror
  mirror=$({ sed -nE 's/^URIs: *(.*debian)\/? *$/\1/p' /etc/apt/sources.list.d/*.sources 2>/dev/null
    sed -nE 's/^deb (\[[^]]*\] )?([^ ]*debian)\/? .*/\2/p' /etc/apt/sources.list 2>/dev/null; } | head -n 1) || true
  [ -n "$mirror" ] && printf '%s\n' "$mirror"
}

# unpack_from_debian_13 FOLDER PACKAGE... fetches packages and unpacks them into FOLDER/files; nothing is installed.
unpack_from_debian_13() {
  local folder=$1 mirror
  shift
  mirror=$(debian_mirror) || return 1
  mkdir -p "$folder/lists/partial" "$folder/cache/archives/partial"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >"$folder/sources.list"
  cat >"$folder/apt.conf" <<CONF
Dir::Etc::sourcelist "$folder/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::State::lists "$folder/lists";
Dir::Cache "$folder/cache";
CONF
  (
    cd "$folder" || exit 1
    export APT_CONFIG="$folder/apt.conf"
    apt-get -o APT::Sandbox::User=root update -qq &&
      apt-get -o APT::Sandbox::User=root download -qq "$@" || exit 1
    for package in *.deb; do dpkg-deb -x "$package" "$folder/files" || exit 1; done
  ) >&2
}
