#!/bin/sh
# What a sandbox starts with: it writes the proxy settings to a file that shells read, takes the legacy
# stanza out of the rc files, and becomes the command. docs/image.md says what it promises.
# Neither a file that is in the way nor one that is somebody else's keeps the container from starting:
# it is said on stderr, and the file is left alone.
set -eu

PROXY_ENV_FILE=/tmp/nemoclaw-proxy-env.sh
# Single quotes: it is the line as older start scripts wrote it.
# shellcheck disable=SC2016
RUNTIME_SHELL_ENV_SHIM='[ -f /tmp/nemoclaw-proxy-env.sh ] && . /tmp/nemoclaw-proxy-env.sh'
INSTALLED_CLEANER=/usr/local/lib/nemoclaw/clean-runtime-shell-env-shim.mjs

say() { printf '%s\n' "$*" >&2; }

# The first process of a container has no signal's default: without these a stop would wait its whole
# grace out. The command has them as they were: exec takes handlers away.
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Prints a value as one word of a shell. The dot keeps line ends that $( ) would drop.
quoted() {
  value=$(printf '%s.' "$1" | sed "s/'/'\\\\''/g") || return
  printf "'%s'" "${value%.}"
}

proxy_settings() {
  printf '# Written at each start by %s.\n' "${0##*/}"
  for name in HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY http_proxy https_proxy no_proxy all_proxy; do
    eval "is_set=\${$name+yes}"
    # shellcheck disable=SC2154
    [ "$is_set" = yes ] || continue
    eval "setting=\$$name"
    # shellcheck disable=SC2154
    printf 'export %s=%s\n' "$name" "$(quoted "$setting")" || return
  done
}

# A new file, renamed over whatever has the name: a link there is replaced, never followed, and nobody sees
# half of it. Made in a folder that only we may write to, and reached as `.`: /tmp may be somebody's volume,
# and who owns that can put a link in the place of any name in it at any moment.
write_proxy_env() {
  folder=$(umask 077 && mktemp -d "$PROXY_ENV_FILE.XXXXXXXX") || {
    say "[SECURITY] could not write $PROXY_ENV_FILE: no temporary folder can be made"
    return 1
  }
  # As a whole or not at all: on a full disk a loop would have written some of it.
  if settings=$(proxy_settings) && (
    cd -P "$folder" || exit
    # Where /tmp gives its group to what is made in it, so does this folder.
    case $(stat -c '%u %a' .) in
      "$(id -u) 700" | "$(id -u) 2700") ;;
      *) exit 1 ;;
    esac
    file=$(mktemp ./XXXXXXXX) || exit
    if printf '%s\n' "$settings" >"$file" && chmod 444 "$file" && mv -fT "$file" "$PROXY_ENV_FILE"; then exit; fi
    rm -f "$file"
    exit 1
  ); then
    rmdir "$folder" || say "could not remove $folder"
    return 0
  fi
  rmdir "$folder" 2>/dev/null || :
  say "[SECURITY] could not write $PROXY_ENV_FILE: what is there now was not written by this start"
  return 1
}

# The installed cleaner wins, always: no variable can put another program in its place.
find_cleaner() {
  here=$(dirname "$0")
  if [ -e "$INSTALLED_CLEANER" ]; then
    printf '%s\n' "$INSTALLED_CLEANER"
  elif [ -n "${NEMOCLAW_RC_CLEAN_SCRIPT:-}" ]; then
    printf '%s\n' "$NEMOCLAW_RC_CLEAN_SCRIPT"
  elif [ -e "$here/clean-runtime-shell-env-shim.mjs" ]; then
    printf '%s\n' "$here/clean-runtime-shell-env-shim.mjs"
  else
    # In the source tree, after a build.
    printf '%s\n' "$here/../dist/image/clean-runtime-shell-env-shim.mjs"
  fi
}

# Both files, whatever came of the first. The cleaner itself looks again, and by descriptor; what is
# looked at here saves its start and names what is in the way.
ensure_runtime_shell_env_shim() {
  failed=0
  cleaner=$(find_cleaner) || return
  for rc_file in "$1/.bashrc" "$1/.profile"; do
    if [ -L "$rc_file" ]; then
      say "[SECURITY] refusing symlinked rc file: $rc_file"
      failed=1
    elif [ ! -e "$rc_file" ]; then
      continue
    elif [ ! -f "$rc_file" ]; then
      say "[SECURITY] refusing non-regular rc file: $rc_file"
      failed=1
    else
      # No variable of the container's makes Node load something, or write something, of somebody else's.
      env -i PATH="$PATH" node "$cleaner" "$rc_file" "$RUNTIME_SHELL_ENV_SHIM" "$(id -u)" || failed=1
    fi
  done
  return "$failed"
}

home=${NEMOCLAW_SANDBOX_HOME:-/sandbox}
[ -d "$home" ] || home=${HOME:-/}

whole=yes
write_proxy_env || whole=no
ensure_runtime_shell_env_shim "$home" || whole=no
[ "$whole" = yes ] || say "${0##*/}: starting the command all the same"

[ "$#" -gt 0 ] || set -- sh -l
exec "$@"
