# shellcheck shell=bash
# Real Compose v2 and buildx, for the tests of what they make of our containers and images. Sourced by scripts/engine.

# Prints the path of the program `docker-$1`, after having fetched it once: unpacked and not installed, so that
# the machine's docker client stays as it is. apt checks the release's signature.
fetch_plugin() {
  local dir=$ROOT/.debian/$1 package=docker-$1 program=usr/libexec/docker/cli-plugins/docker-$1
  mkdir -p "$ROOT/.debian"
  (
    exec 7>"$dir.lock"
    flock 7
    if [[ -x $dir/$program ]]; then exit; fi
    say "fetching $package"
    rm -rf "$dir.new" && mkdir -p "$dir.new/lists/partial" "$dir.new/cache/archives/partial" "$dir.new/tree"
    printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s sid main\n' "$(mirror)" >"$dir.new/sources"
    apt=(-q -o "Dir::Etc::SourceList=$dir.new/sources" -o Dir::Etc::SourceParts=/dev/null
      -o "Dir::State::Lists=$dir.new/lists" -o "Dir::Cache=$dir.new/cache" -o APT::Sandbox::User=root)
    cd "$dir.new"
    { apt-get "${apt[@]}" update && apt-get "${apt[@]}" download "$package"; } >"$dir.log" 2>&1 ||
      { tail -n 20 "$dir.log" >&2; die "$package could not be fetched"; }
    dpkg -x "$package"_*.deb tree
    rm -rf "$dir" && mv tree "$dir" && rm -rf "$dir.new"
  )
  printf '%s\n' "$dir/$program"
}
