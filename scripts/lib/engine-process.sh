# shellcheck shell=bash
# The processes of one instance: which they are, how they start, how they end. Sourced by scripts/engine.

# The GPU stand-ins first: dockerd finds its hook there.
INSIDE_PATH=/gpu/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# A PID alone may by now be somebody else's: it counts only with its start time, in the same boot.
stamp_of() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  stat=${stat##*) } # the name in brackets may hold anything
  # shellcheck disable=SC2086
  set -- $stat
  printf '%s %s\n' "${20}" "$(cat /proc/sys/kernel/random/boot_id)"
}

# The first process of the instance's PID namespace: it holds the namespaces, and when it goes the kernel ends all in it.
holder() {
  local pid stamp
  read -r pid stamp 2>/dev/null <"$DIR/holder" || return 1
  [[ $(stamp_of "$pid") == "$stamp" ]] || return 1
  printf '%s\n' "$pid"
}

# Host PIDs of the instance's processes of that name. The namespace says whose they are, no PID file does.
inside_pids() {
  local h proc comm state
  h=$(holder) || return 0
  for proc in /proc/[0-9]*; do
    [[ $proc/ns/pid -ef /proc/$h/ns/pid ]] || continue
    { read -r comm <"$proc/comm"; } 2>/dev/null || continue
    [[ $comm == "$1" ]] || continue
    state=$(cat "$proc/stat" 2>/dev/null) || continue
    state=${state##*) }
    [[ ${state%% *} == Z ]] || printf '%s\n' "${proc#/proc/}"
  done
}

signal() {
  local pids
  mapfile -t pids < <(inside_pids "$2")
  ((${#pids[@]})) || return 0
  kill -s "$1" "${pids[@]}" 2>/dev/null || true
}

# wait_gone SECONDS NAME: until no process of that name is left in the instance.
wait_gone() {
  local until=$((SECONDS + $1))
  while [[ -n $(inside_pids "$2") ]]; do
    ((SECONDS < until)) || return 1
    sleep 0.1
  done
}

# docker, for this engine and no other: neither a context nor the caller's environment may point elsewhere.
docker_() { timeout "${PATIENCE:-120}" env -u DOCKER_CONTEXT -u DOCKER_API_VERSION -u DOCKER_TLS_VERIFY DOCKER_HOST="unix://$SOCK" docker "$@"; }

versions() { PATIENCE=5 docker_ version --format '{{.Server.Version}} (API {{.Server.APIVersion}})' 2>/dev/null; }

is_paused() {
  local pid stat
  for pid in $(inside_pids dockerd); do
    stat=$(cat "/proc/$pid/stat") && stat=${stat##*) }
    [[ ${stat%% *} != T ]] || return 0
  done
  return 1
}

# Threads of dockerd that are not stopped.
awake_threads() {
  local pid
  for pid in $(inside_pids dockerd); do
    # A thread may end while this looks.
    cat "/proc/$pid/task/"*/stat 2>/dev/null || true
  done | sed 's/.*) //' | grep -cv '^[Tt]' || true
}

# SIGSTOP is carried out by a thread that gets round to it: on a busy machine the others answer requests until then.
pause_dockerd() {
  local i
  [[ -n $(inside_pids dockerd) ]] || die "$NAME: there is no dockerd to pause"
  signal STOP dockerd
  for ((i = 0; i < 200; i++)); do
    [[ $(awake_threads) != 0 ]] || return 0
    sleep 0.05
  done
  die "$NAME: dockerd did not stop in 10 seconds"
}

# The namespaces, with a fresh root on the shared Debian folder; only data and share outlive them, like a reboot.
start_holder() {
  local parent i
  rm -rf "$DIR/upper" "$DIR/work" "$DIR/ready" "$DIR/holder"
  mkdir -p "$DIR"/{upper,work,merged,data,share,gpu/bin} "$RUN/$NAME"
  rm -f "$SOCK"
  write_gpu
  write_daemon_json
  setsid unshare --mount --net --pid --uts --fork --kill-child \
    bash "$LIB/engine-inside.sh" "$NAME" "$DIR" "$(rootfs_of "$ENGINE")" "$RUN/$NAME" \
    </dev/null >>"$DIR/log" 2>&1 9>&- &
  parent=$!
  for ((i = 0; i < 200; i++)); do
    [[ ! -e $DIR/ready ]] || break
    kill -0 "$parent" 2>/dev/null || break
    sleep 0.05
  done
  if [[ ! -e $DIR/ready ]]; then
    kill -KILL "$parent" 2>/dev/null || true
    tail -n 20 "$DIR/log" >&2
    die "$NAME: its namespaces could not be made"
  fi
  holder >/dev/null || die "$NAME: its first process is gone"
}

write_daemon_json() {
  local runtimes='' features=''
  if [[ $GPU != none ]]; then
    runtimes='"nvidia": {"path": "/gpu/bin/nvidia-container-runtime"}'
    if [[ $ENGINE == newest ]]; then features='"cdi": true'; fi
  fi
  mkdir -p "$DIR/upper/etc/docker"
  # cgroupfs, because there is no systemd inside; a cgroup of our own, so that `down` knows what to remove.
  cat >"$DIR/upper/etc/docker/daemon.json" <<JSON
{
  "exec-opts": ["native.cgroupdriver=cgroupfs"],
  "cgroup-parent": "/gpugraft-$NAME",
  "live-restore": $LIVE,
  "runtimes": {$runtimes},
  "features": {$features}
}
JSON
}

start_dockerd() {
  local h began=false until=$((SECONDS + 60))
  h=$(holder)
  # The PID file of a killed dockerd would stop the next one if its number is taken by now.
  # shellcheck disable=SC2016
  nsenter -t "$h" -m -n -p -u -- env -i PATH="$INSIDE_PATH" HOME=/root sh -c '
    cd / && rm -f /run/docker.pid
    setsid dockerd --pidfile /run/docker.pid -H unix:///sock/docker.sock "$@" &' \
    dockerd ${ARGS[@]+"${ARGS[@]}"} </dev/null >>"$DIR/log" 2>&1 9>&-
  until versions >/dev/null; do
    # On a busy machine the shell above may not have become dockerd yet: what has ended was there before.
    if [[ -n $(inside_pids dockerd) ]]; then
      began=true
    elif $began || ((SECONDS + 45 > until)); then
      tail -n 20 "$DIR/log" >&2
      die "$NAME: dockerd ended (see $DIR/log)"
    fi
    ((SECONDS < until)) || { tail -n 20 "$DIR/log" >&2; die "$NAME: no answer in 60 seconds (see $DIR/log)"; }
    sleep 0.1
  done
}

# Graceful first; dockerd may be stopped (SIGSTOP), and then takes no SIGTERM.
stop_dockerd() {
  signal CONT dockerd
  signal TERM dockerd
  wait_gone 45 dockerd || { say "$NAME: dockerd did not stop, killing it"; kill_dockerd; }
}

# Both at once: a containerd that lives on would be taken over by the next dockerd.
kill_dockerd() {
  signal KILL dockerd
  signal KILL containerd
  wait_gone 10 dockerd
  wait_gone 10 containerd
}

# Both versions of cgroups: one folder under each controller, or one under the root. Empty by now; innermost first.
remove_cgroups() {
  local top
  for top in /sys/fs/cgroup/*/"gpugraft-$NAME" /sys/fs/cgroup/"gpugraft-$NAME"; do
    [[ ! -d $top ]] || find "$top" -depth -type d -exec rmdir {} + 2>/dev/null || say "left behind: $top"
  done
}

# Tasks of a paused container are frozen, and under cgroup v1 take no SIGKILL: thawed, the kernel can end them.
thaw_cgroups() {
  local file
  while read -r file; do
    case $file in
      *freezer.state) echo THAWED >"$file" ;;
      *cgroup.freeze) echo 0 >"$file" ;;
    esac
  done < <(find /sys/fs/cgroup/*/"gpugraft-$NAME" /sys/fs/cgroup/"gpugraft-$NAME" \
    \( -name freezer.state -o -name cgroup.freeze \) 2>/dev/null)
}
