# shellcheck shell=bash
# Stand-ins for the NVIDIA container toolkit. Sourced by scripts/engine.
# All three ways to a GPU ask one switch, at the moment when the real toolkit would look for the driver: the start.

write_gpu() {
  local bin=$DIR/gpu/bin
  rm -rf "$bin" "$DIR/gpu/calls" "$DIR/gpu/next" && mkdir -p "$bin"
  printf '%s\n' "$GPU" >"$DIR/gpu/mode"
  : >"$DIR/gpu/calls"
  if [[ $GPU == none ]]; then return; fi

  # `next` holds two numbers: how many starts succeed, and how many then fail (-1: all). Without it `mode` decides.
  cat >"$bin/gpu-switch" <<'SH'
#!/bin/sh
exec 9>>/gpu/lock && flock 9 || exit 1
pass= fail=
[ ! -f /gpu/next ] || read -r pass fail </gpu/next
if [ -z "$fail" ]; then [ "$(cat /gpu/mode)" = ok ]; rc=$?
elif [ "$pass" -gt 0 ]; then rc=0 pass=$((pass - 1))
else rc=1; [ "$fail" -lt 0 ] || fail=$((fail - 1))
fi
if [ -n "$fail" ]; then
  if [ "$pass" -eq 0 ] && [ "$fail" -eq 0 ]; then rm -f /gpu/next
  else echo "$pass $fail" >/gpu/next.new && mv /gpu/next.new /gpu/next
  fi
fi
echo "$1 $rc" >>/gpu/calls
[ "$rc" = 0 ] || echo 'nvidia-container-cli: initialization error: nvml error: driver not loaded' >&2
exit "$rc"
SH

  # The engine looks for this name on its PATH when it starts, and runs it before each container with --gpus.
  cat >"$bin/nvidia-container-runtime-hook" <<'SH'
#!/bin/sh
exec /gpu/bin/gpu-switch gpus
SH

  # Like the real one, it is runc but for the creation of containers that ask for a GPU by their environment,
  # and tells its failure in runc's log, where containerd reads it.
  cat >"$bin/nvidia-container-runtime" <<'SH'
#!/bin/sh
create= log= bundle=. prev=
for arg; do
  case $prev in --log) log=$arg ;; --bundle | -b) bundle=$arg ;; esac
  [ "$arg" != create ] || create=1
  prev=$arg
done
if [ -n "$create" ] && grep -Eq '"NVIDIA_VISIBLE_DEVICES=[^"]' "$bundle/config.json" &&
  ! grep -Eq '"NVIDIA_VISIBLE_DEVICES=(void|none)"' "$bundle/config.json" &&
  ! why=$(/gpu/bin/gpu-switch nvidia-runtime 2>&1); then
  msg="runc create failed: unable to start container process: error during container init: error running prestart hook #0: exit status 1, stdout: , stderr: Auto-detected mode as 'legacy'\\\\n$why"
  [ -z "$log" ] || printf '{"level":"error","msg":"%s","time":"%s"}\n' "$msg" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >>"$log"
  printf '%s\n' "$msg" >&2
  exit 1
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
