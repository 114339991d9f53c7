/** The longer texts of the help: examples, exit codes, environment. */

const examples = (...lines: string[]): string =>
  `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;

const DURATIONS = '\nTimes read 100ms, 2s, 5m or 1h.';
const ENVIRONMENT = `
Environment (a flag wins over it):
  GPUGRAFT_<FLAG> for each flag that takes a value, such as GPUGRAFT_READY_TIMEOUT=5m
  NEMOCLAW_DOCKER_GPU_SUPERVISOR_RECONNECT_TIMEOUT (seconds)
  NEMOCLAW_DOCKER_GPU_SUPERVISOR_RECONNECT_ERROR_DEBOUNCE (count)
  NEMOCLAW_DOCKER_GPU_PATCH_NETWORK (host or preserve)
  NEMOCLAW_DOCKER_GPU_PATCH=0 switches grafts off`;

export const HELP = {
  root: `
Exit codes:
   0  grafted, unchanged, deferred, a plan, or a rollback that was asked for
   1  a bug in gpugraft, or a result that could not be written
   2  a mistake on the command line
   3  refused: nothing was changed
   4  rolled back: the original is as before
   5  stranded: neither the graft nor the way back is complete; the report says
      what stands where
  75  busy: another run has the container
${ENVIRONMENT}
${examples('gpugraft doctor', 'gpugraft plan web', 'gpugraft apply web', 'gpugraft recover')}`,
  apply: `
A container that does not run is swapped and left stopped; whether the GPU works inside shows only
once you start it.
${DURATIONS}
${ENVIRONMENT}
${examples(
  'gpugraft apply web',
  'gpugraft apply web --mode cdi --devices 0,1',
  'gpugraft apply web --mode none         # takes the GPU away again',
  "gpugraft apply web --ready-command 'curl -fs localhost:8080/health' --ready-timeout 5m",
  "gpugraft apply web --network host      # and into the host's network",
  'gpugraft apply web --keep-backup       # gpugraft rollback web brings it back',
  'gpugraft apply web --allow-dependents  # and moves what joins it; plan names that',
  'gpugraft apply web --json | jq .outcome',
)}`,
  create: `
Runs the command behind -- as it is, its input and output passed on (with --json its output goes
to stderr), and grafts the container of the OpenShell sandbox of that name once its gateway says
Ready and the command has ended. A command that goes on for 3 s after Ready loses what it has open
there, which is said; at a terminal, and with --upload, its end is waited for. With --no-keep nothing
is begun. Where the command fails for another reason, or either is interrupted, the graft is taken
back.

Exits with the command's own code if that is not 0, otherwise as gpugraft apply does. With --defer
the wait for the supervisor is left to gpugraft finalize.
${DURATIONS}
${examples(
  'gpugraft create box -- openshell sandbox create --name box --from base',
  'gpugraft create box --mode cdi --json -- openshell sandbox create --name box',
)}`,
  plan: `
Starts a throw-away container for each mode until one works; takes no claim and changes
nothing. Exits 3 where apply would refuse.
${DURATIONS}
${examples('gpugraft plan web', 'gpugraft plan web --mode gpus --json')}`,
  status: `
Shows runs that are at work, interrupted or stranded, and those whose backup is still there,
each with the command that goes on.
${examples('gpugraft status', 'gpugraft status web', 'gpugraft status --json')}`,
  runs: examples('gpugraft runs', 'gpugraft runs --json | jq .runs[0]'),
  recover: `
Goes on with runs whose process is gone: takes back what was not finished, completes what was
confirmed, and asks where only you can know. Without a name, all of them. Running it again
changes nothing: of a run that is over it says how it ended, and when.

  --forward  the replacement is to stay: wait on for it
  --back     the original is to come back
  --abandon  leave both containers as they are and close the run
${examples('gpugraft recover', 'gpugraft recover web', 'gpugraft recover web --back')}`,
  rollback: `
Brings the original back from the backup that apply --keep-backup left, or turns an interrupted
run around. What the replacement wrote into its own layer since is lost. Containers that depend on
the replacement are refused, or attached to the original again: --allow-dependents.
${DURATIONS}
${examples('gpugraft rollback web', 'gpugraft rollback web --yes --json')}`,
  finalize: `
Waits until the supervisor of a deferred graft is back, then keeps it or rolls it back, as apply
would have. gpugraft rollback takes a deferred graft back instead.
${examples('gpugraft apply sandbox --defer && gpugraft finalize sandbox')}`,
  diagnose: `
Writes what a failed graft writes before it goes back: state, specification (named field by field, no
values of the environment), last log lines, and what the gateway says of a sandbox.
${examples('gpugraft diagnose web', 'gpugraft diagnose my-sandbox --json | jq -r .folder')}`,
  doctor: `
Asks the engine, really starts a throw-away container for each GPU mode and times it, and looks
at the disks, the state folder, what the openshell client can do, interrupted runs and what they
left behind.

Exits 0 when the engine answers, at least one mode works and the state folder can be used;
otherwise 3, with the reason. Interrupted runs and leftovers alone do not change the exit code.
${examples('gpugraft doctor', 'gpugraft doctor --image busybox:latest', 'gpugraft doctor --json')}`,
  inspect: `
Prints the address of a page that only this machine can open, with a token in it: the statechart,
every event with its time, what the machine remembers, live while the run goes on, and as a replay
afterwards. Without a name, the latest run. Ctrl-C ends it; the run does not notice.
${examples(
  'gpugraft inspect',
  'gpugraft inspect web',
  'gpugraft inspect web --export run.html   # one file, redacted',
  'gpugraft apply web --inspect',
)}`,
  completion: `
Commands, flags, their values, and the names of containers, asked of the engine for 1.5 s at most.
${examples(
  'source <(gpugraft completion bash)     # in ~/.bashrc',
  'gpugraft completion zsh > "${fpath[1]}/_gpugraft"',
  'gpugraft completion fish > ~/.config/fish/completions/gpugraft.fish',
)}`,
  diagram: examples(
    'gpugraft machine diagram',
    'gpugraft machine diagram --format svg > graft.svg',
  ),
  paths: examples(
    'gpugraft machine paths --count',
    'gpugraft machine paths --debounce 2 --max-polls 3',
  ),
  export: examples('gpugraft machine export > graft-machine.json'),
} as const;
