# shellcheck shell=bash
# Stand-ins for the NVIDIA container toolkit. Sourced by scripts/engine.
# All three ways to a GPU ask one switch, at the moment when the real toolkit would look for the driver: the start.

write_gpu() {
  local bin=$DIR/gpu/bin
  rm -rf "$bin" "$DIR/gpu/calls" "$DIR/gpu/next" && mkdir -p "$bin"
  printf '%s\n' "$GPU" >"$DIR/gpu/mode"
  : >"$DIR/gpu/calls"
  if [[ $GPU == none ]]; then return; fi

  # The hook, which the engine and the runtime below have run inside the engine, when the container's mounts are
  # made and its program has not begun. Its only argument says by which way it came: `prestart` is what the engine
  # gives the hook of --gpus. Few processes, because every one of them is in the downtime that the bench measures.
  # `next` holds two numbers: how many starts succeed, and how many then fail (-1: all). Without it `mode` decides.
  cat >"$bin/gpu-switch" <<'SH'
#!/bin/sh
way=$1
[ "$way" != prestart ] || way=gpus
rc=0
if [ -f /gpu/next ]; then
  exec 9>>/gpu/lock && flock 9 || exit 1
  pass= fail=
  [ ! -f /gpu/next ] || read -r pass fail </gpu/next
  if [ -n "$fail" ]; then
    if [ "$pass" -gt 0 ]; then pass=$((pass - 1))
    else rc=1; [ "$fail" -lt 0 ] || fail=$((fail - 1))
    fi
    if [ "$pass" -eq 0 ] && [ "$fail" -eq 0 ]; then rm -f /gpu/next
    else echo "$pass $fail" >/gpu/next.new && mv /gpu/next.new /gpu/next
    fi
    decided=1
  fi
  exec 9>&-
fi
if [ -z "$decided" ]; then
  read -r mode </gpu/mode
  [ "$mode" = ok ] || rc=1
fi
echo "$way $rc" >>/gpu/calls

if [ "$rc" != 0 ]; then
  [ "$way" = cdi ] || echo "Auto-detected mode as 'legacy'" >&2
  echo 'nvidia-container-cli: initialization error: nvml error: driver not loaded' >&2
  exit 1
fi
[ "$way" != cdi ] || exit 0 # the engine makes the device nodes itself, as the specification says

IFS= read -r state || :
pid=${state#*'"pid":'} bundle=${state#*'"bundle":"'}
pid=${pid%%[!0-9]*} bundle=${bundle%%'"'*}
{
  read -r root
  read -r visible
} <<CONFIG
$(sed -n 'h; s/.*"root":{"path":"\([^"]*\)".*/\1/p; g; s/.*"NVIDIA_VISIBLE_DEVICES=\([^"]*\)".*/\1/p' "$bundle/config.json")
CONFIG
case $visible in '' | void | none) exit 0 ;; all) visible=0,1 ;; esac
nsenter -t "$pid" -m -- sh -c '
  IFS=,
  for device in ctl $2; do
    case $device in ctl | [0-9]) ;; *) device=0 ;; esac
    mknod -m 666 "$1/dev/nvidia$device" c 1 3
  done' - "$root" "$visible" 2>/dev/null
exit 0
SH

  # The engine looks for this name on its PATH when it starts, and has it run for each container with --gpus.
  ln -s gpu-switch "$bin/nvidia-container-runtime-hook"

  # Like the real one: runc, with the hook added for a container that asks for a GPU by its environment.
  cat >"$bin/nvidia-container-runtime" <<'SH'
#!/bin/sh
create= bundle=. prev=
for arg; do
  case $prev in --bundle | -b) bundle=$arg ;; esac
  [ "$arg" != create ] || create=1
  prev=$arg
done
spec=$bundle/config.json
if [ -n "$create" ] && grep -q '"NVIDIA_VISIBLE_DEVICES=' "$spec" &&
  ! grep -Eq '"NVIDIA_VISIBLE_DEVICES=(|void|none)"' "$spec"; then
  hook='{"path":"/gpu/bin/gpu-switch","args":["gpu-switch","nvidia-runtime"]}'
  if grep -q '"prestart":\[' "$spec"; then sed -i "s|\"prestart\":\[|&$hook,|" "$spec"
  elif grep -q '"hooks":{}' "$spec"; then sed -i "s|\"hooks\":{}|\"hooks\":{\"prestart\":[$hook]}|" "$spec"
  elif grep -q '"hooks":{' "$spec"; then sed -i "s|\"hooks\":{|&\"prestart\":[$hook],|" "$spec"
  else sed -i "1s|{|&\"hooks\":{\"prestart\":[$hook]},|" "$spec"
  fi
fi
exec runc "$@"
SH
  chmod 755 "$bin"/*

  if [[ $ENGINE != newest ]]; then return; fi
  mkdir -p "$DIR/upper/etc/cdi"
  {
    printf '{"cdiVersion": "0.5.0", "kind": "nvidia.com/gpu",\n'
    printf '  "containerEdits": {\n'
    printf '    "deviceNodes": [{"path": "/dev/nvidiactl", "hostPath": "/dev/null"}],\n'
    printf '    "hooks": [{"hookName": "createRuntime", "path": "/gpu/bin/gpu-switch", "args": ["gpu-switch", "cdi"]}]},\n'
    printf '  "devices": [\n'
    printf '    {"name": "%s", "containerEdits": {"deviceNodes": [{"path": "/dev/nvidia%s", "hostPath": "/dev/null"}]}},\n' 0 0 1 1
    printf '    {"name": "all", "containerEdits": {"deviceNodes": [\n'
    printf '      {"path": "/dev/nvidia0", "hostPath": "/dev/null"}, {"path": "/dev/nvidia1", "hostPath": "/dev/null"}]}}]}\n'
  } >"$DIR/upper/etc/cdi/nvidia.json"
}

gpu_fail_next() {
  local next
  [[ $GPU != none ]] || die "$NAME has no GPU that could fail"
  case $1 in
    off) next='' ;;
    after:*:*) next="${1#after:}" next="${next/:/ }" ;;
    after:*) next="${1#after:} -1" ;;
    *) next="0 $1" ;;
  esac
  [[ -z $next || $next =~ ^[0-9]+\ (-1|[0-9]+)$ ]] || die 'gpu-fail-next N | after:K | after:K:N | off'
  (
    exec 8>>"$DIR/gpu/lock"
    flock 8
    if [[ -z $next || $next == '0 0' ]]; then rm -f "$DIR/gpu/next"; else printf '%s\n' "$next" >"$DIR/gpu/next"; fi
  )
}
