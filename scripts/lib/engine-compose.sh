# shellcheck shell=bash
# A real Compose v2, for the tests of what it makes of a grafted service. Sourced by scripts/engine.

# Prints the path of the program, after having fetched it once: unpacked and not installed, so that the
# machine's docker client stays as it is. apt checks the release's signature.
fetch_compose() {
  local dir=$ROOT/.debian/compose program=usr/libexec/docker/cli-plugins/docker-compose
  mkdir -p "$ROOT/.debian"
  (
    exec 7>"$dir.lock"
    flock 7
    if [[ -x $dir/$program ]]; then exit; fi
    say 'fetching Compose'
    rm -rf "$dir.new" && mkdir -p "$dir.new/lists/partial" "$dir.new/cache/archives/partial" "$dir.new/tree"
    printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s sid main\n' "$(mirror)" >"$dir.new/sources"
    apt=(-q -o "Dir::Etc::SourceList=$dir.new/sources" -o Dir::Etc::SourceParts=/dev/null
      -o "Dir::State::Lists=$dir.new/lists" -o "Dir::Cache=$dir.new/cache" -o APT::Sandbox::User=root)
    cd "$dir.new"
    { apt-get "${apt[@]}" update && apt-get "${apt[@]}" download docker-compose; } >"$dir.log" 2>&1 ||
      { tail -n 20 "$dir.log" >&2; die 'Compose could not be fetched'; }
    dpkg -x docker-compose_*.deb tree
    rm -rf "$dir" && mv tree "$dir" && rm -rf "$dir.new"
  )
  printf '%s\n' "$dir/$program"
}
