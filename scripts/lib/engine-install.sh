# shellcheck shell=bash
# The Debian folders that the engines run from, and the one that images are made of: made once, shared read-only.
# Sourced by scripts/engine. The only part that needs the network, and that only through apt's own sources.

rootfs_of() { printf '%s/.debian/%s\n' "$ROOT" "$1"; }

# The machine's own Debian mirror, so that no host is named here. Security and update suites hold no full release.
mirror() {
  local uri
  if [[ -n ${GPUGRAFT_DEBIAN_MIRROR:-} ]]; then printf '%s\n' "$GPUGRAFT_DEBIAN_MIRROR"; return; fi
  # shellcheck disable=SC2016
  uri=$(apt-get indextargets --format '$(ORIGIN) $(LABEL) $(REPO_URI)' 'Created-By: Packages' |
    awk '$1 == "Debian" && $2 == "Debian" { print $3; exit }')
  [[ -n $uri ]] || die 'apt has no Debian source here: set GPUGRAFT_DEBIAN_MIRROR'
  printf '%s\n' "$uri"
}

# apt-config shell NAME KEY prints NAME='value', or nothing.
apt_proxy() {
  local PROXY=''
  eval "$(apt-config shell PROXY "Acquire::$1::Proxy")"
  if [[ -n $PROXY && $PROXY != DIRECT ]]; then printf '%s\n' "$PROXY"; fi
}

# debootstrap, unpacked and not installed: the machine stays as it is, its docker client above all.
fetch_debootstrap() {
  local dir=$ROOT/.debian/debootstrap
  # Two releases may be made at the same time.
  exec 6>"$dir.lock"
  flock 6
  if [[ -x $dir/usr/sbin/debootstrap ]]; then exec 6>&-; return; fi
  say 'fetching debootstrap'
  rm -rf "$dir.new" && mkdir -p "$dir.new"
  (
    cd "$dir.new" || exit
    # A new machine has no package lists yet.
    apt-get -qq download debootstrap >&2 2>/dev/null || { apt-get -qq update >&2; apt-get -qq download debootstrap >&2; }
    dpkg -x debootstrap_*.deb .
  )
  rm -rf "$dir" && mv "$dir.new" "$dir"
  exec 6>&-
}

install_release() {
  local suite dir tools=$ROOT/.debian/debootstrap key=/usr/share/keyrings/debian-archive-keyring.gpg proxy begun=$SECONDS
  local packages=docker.io,iptables,ca-certificates,busybox-static,tini
  case $1 in
    oldest) suite=bookworm ;;
    newest) suite=sid ;;
    # No engine: what gpugraft/debian is made of, the first Debian whose node is new enough.
    base) suite=trixie packages=nodejs,docker-cli ;;
  esac
  dir=$(rootfs_of "$1")
  if [[ -d $dir ]]; then return; fi
  mkdir -p "$ROOT/.debian"
  # In a subshell: the lock goes with it. 7, because 9 is the instance's.
  (
    exec 7>"$dir.lock"
    flock 7
    if [[ -d $dir ]]; then exit; fi
    fetch_debootstrap
    [[ -f $key ]] || die "no $key: install debian-archive-keyring"
    http_proxy=$(apt_proxy http) https_proxy=$(apt_proxy https)
    export http_proxy https_proxy
    for proxy in http_proxy https_proxy; do [[ -n ${!proxy} ]] || unset "$proxy"; done
    say "$1: making Debian $suite with ${packages%%,*}, a minute or two (log: $dir.log)"
    rm -rf "$dir.new"
    # In a mount namespace, so that nothing it mounts can stay. debootstrap itself keeps packages from starting services.
    DEBOOTSTRAP_DIR=$tools/usr/share/debootstrap unshare --mount sh "$tools/usr/sbin/debootstrap" \
      --variant=minbase --include="$packages" --keyring="$key" \
      "$suite" "$dir.new" "$(mirror)" </dev/null >"$dir.log" 2>&1 9>&- 7>&- ||
      { tail -n 20 "$dir.log" >&2; die "$1: debootstrap failed"; }
    rm -rf "$dir.new"/var/cache/apt/archives/*.deb "$dir.new"/var/lib/apt/lists/*
    # Last, and by one rename: a folder of that name is a whole one.
    mv "$dir.new" "$dir"
    say "$1: made in $((SECONDS - begun)) s"
  )
}
