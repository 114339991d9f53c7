# shellcheck shell=bash
# What a fresh machine needs before anything can be run: checked, and installed where we may.

need_node() {
  command -v node >/dev/null || die 'node is missing: gpugraft needs Node 20.19 or later'
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    die "node $(node --version) is too old: gpugraft needs 20.19 or later"
}

# The docker client alone: an engine is never installed into the machine itself.
need_docker_client() {
  command -v docker >/dev/null && return
  ((EUID == 0)) || die 'the docker client is missing (Debian: apt-get install docker-cli)'
  say 'installing the docker client'
  apt-get update -q >&2
  if apt-cache show docker-cli >/dev/null 2>&1; then
    apt-get install -qy --no-install-recommends docker-cli >&2
    return
  fi
  # Bookworm ships the client together with the engine: take the one file.
  local folder
  folder=$(mktemp -d)
  (cd "$folder" && apt-get download -q docker.io >&2 && dpkg-deb -x docker.io_*.deb .)
  install -m 755 "$folder/usr/bin/docker" /usr/local/bin/docker
  rm -rf "$folder"
}

# npm packages as the lockfile has them, then the build; both only where something changed.
need_build() {
  if [[ ! -f node_modules/.package-lock.json || package-lock.json -nt node_modules/.package-lock.json ]]; then
    say 'installing npm packages'
    npm ci --no-progress >&2
  fi
  say 'building'
  npm run --silent build >&2
}
