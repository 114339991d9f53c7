/**
 * Every case of fidelity, with the tests that show it: docs/fidelity.md is written from this
 * (test/unit/fidelity-table.test.ts), and a test that is not there is an error.
 */

/** `kept`, or what is done instead. */
type Result = string;

export interface Line {
  readonly name: string;
  readonly kept: string;
  /** `FILE: TITLE`, the file without `test/` and `.test.ts`. */
  readonly shown: readonly string[];
  /** The same on both engines, or 20.10 and 28.5. */
  readonly result?: Result | readonly [oldest: Result, newest: Result];
}

const run = (title: string): string => `engine/rows: ${title}`;
const copy = (title: string): string => `engine/fidelity: ${title}`;

const REFUSED = 'refused, nothing touched';
const UNABLE = 'the engine does not know it';

export const TABLE: readonly Line[] = [
  {
    name: 'layer',
    kept: 'content, deletions, links, modes, owners, mtimes to the second; what a commit drops is said',
    shown: ['engine/layer-carry: carries 10,000 files and every kind of file to the replacement'],
    result: 'kept, in an image that the layer is committed to',
  },
  {
    name: 'compose-config',
    kept: 'a file that was copied in after the creation',
    shown: [run('file copied in after the creation')],
    result: 'kept, like any other file of the layer',
  },
  {
    name: 'anonymous volume, image volume',
    kept: 'the same volumes with their files, and as many as before',
    shown: [
      'engine/volumes: keeps anonymous and image volumes, by name and with what is in them',
      copy('anonymous-volumes'),
      copy('image-volumes'),
    ],
    result: 'kept; mounted by name from then on',
  },
  {
    name: 'named volume',
    kept: 'mode, nocopy, driver, volumes of another container; no empty one is filled',
    shown: [
      run('volumes and binds'),
      'engine/volumes: fills no named volume that the workload has emptied',
      copy('volumes-from'),
    ],
  },
  {
    name: 'subpath of a volume, mounted image',
    kept: 'the part of the volume; the image, read-only',
    shown: [run('mounts of the newest'), copy('volume-subpath')],
    result: [UNABLE, 'kept'],
  },
  {
    name: 'bind',
    kept: 'read-only, and propagation: what is mounted below it later appears inside',
    shown: [run('volumes and binds'), copy('bind')],
  },
  {
    name: 'tmpfs',
    kept: 'size and mode as /proc/mounts has them; over an image VOLUME no second mount point',
    shown: [run('tmpfs'), copy('tmpfs-over-image-volume')],
  },
  {
    name: 'aliases',
    kept: 'a neighbour resolves each alias, one of twelve characters too, and not the old short ID',
    shown: [run('aliases and static addresses'), copy('aliases')],
  },
  {
    name: 'static address',
    kept: 'IPv4, IPv6 and link-local, in force and configured as such',
    shown: [run('aliases and static addresses'), copy('static-address')],
  },
  {
    name: 'dynamic address',
    kept: 'no address becomes static; DNS options, hosts and links of the network',
    shown: [run('dynamic address'), copy('one-network')],
  },
  {
    name: 'static MAC',
    kept: 'the same address in the network of NetworkMode',
    shown: [
      run('MAC address'),
      run('MAC address, as the oldest engine is asked for it'),
      copy('static-mac'),
    ],
    result: [
      'kept',
      'kept; in a second network a new one, with a warning, where it may be a generated one',
    ],
  },
  {
    name: 'three networks',
    kept: 'each with its alias, address and driver options; the same default route',
    shown: [run('three networks'), run('two networks at once'), copy('three-networks')],
  },
  {
    name: 'network by the beginning of its ID',
    kept: 'NetworkMode as it was given, one endpoint',
    shown: [run('network by the beginning of its ID')],
  },
  {
    name: 'bridge and user network',
    kept: 'both; NetworkMode unchanged',
    shown: [run('default bridge and a user network')],
  },
  {
    name: 'host, none',
    kept: 'the network, and a hostname that was given; ports that the engine ignores stay, and are ignored',
    shown: [
      run('host network'),
      run('host network with ports that the engine ignores'),
      run('no network'),
    ],
  },
  {
    name: 'network, processes or memory of another',
    kept: 'still there, no conflict of fields',
    shown: [run('network of another'), run('processes and memory of another')],
    result: 'kept, with a warning that the other must be there',
  },
  {
    name: 'dependents',
    kept: 'with --allow-dependents: everything, attached to what has the name; those made again have another ID',
    shown: [
      'engine/dependents: names them and refuses; allowed, attaches each to the replacement; undone, to the original',
      'engine/dependents: brings all of them back, the same ones, where the replacement does not get ready',
      'engine/compose: goes on with a service that lives in the network of a grafted one',
      'engine/refusals: refuses a container whose layer was written to, or on which another one depends',
    ],
    result: 'kept with --allow-dependents; without it refused, nothing touched, the children named',
  },
  {
    name: 'links',
    kept: 'the name inside, and the variables; also after the other container was renamed',
    shown: [run('links and fixed ports'), run('linked to a container that was renamed')],
  },
  {
    name: 'ports',
    kept: 'fixed ones answer again, TCP and UDP, ranges, addresses of the host; exposed ones',
    shown: [run('links and fixed ports'), run('ephemeral ports'), copy('ports')],
    result: 'kept; an ephemeral port is another one, with a warning',
  },
  {
    name: 'no hostname',
    kept: 'the hostname is the NEW short ID',
    shown: [run('nothing of its own'), copy('bare')],
  },
  {
    name: 'hostname',
    kept: 'hostname and domain name',
    shown: [run('links and fixed ports'), copy('hostname')],
  },
  {
    name: 'restart policy',
    kept: 'policy and maximum; a failing program is restarted; no backup comes back with the engine',
    shown: [
      run('on-failure:3'),
      run('unless-stopped'),
      'engine/backup-restart: brings back the replacement of an `always` container, and not its backup',
    ],
  },
  {
    name: 'changed after the creation',
    kept: 'what docker update, network connect and network disconnect made of it',
    shown: [run('changed after the creation')],
  },
  {
    name: 'auto-remove',
    kept: '',
    shown: ['engine/refusals: auto-remove'],
    result: REFUSED,
  },
  {
    name: 'entrypoint',
    kept: 'null, [] and a given one told apart; command',
    shown: [run('entrypoint none'), run('entrypoint empty'), copy('entrypoint')],
  },
  {
    name: 'health',
    kept: 'every option, and the container becomes healthy',
    shown: [run('health check'), run('health check of the newest'), copy('no-health')],
  },
  {
    name: 'stop',
    kept: 'our stop uses its signal and its grace; both stay',
    shown: [
      'engine/stop: sends the container its own stop signal, and does not wait its long grace out',
      copy('stop'),
    ],
  },
  {
    name: 'user',
    kept: 'user, groups and working folder of the first process',
    shown: [run('user, groups and working folder'), copy('user')],
  },
  {
    name: 'capabilities',
    kept: 'CapEff and the like, no-new-privileges, seccomp profiles, masked paths',
    shown: [run('capabilities'), run('unconfined'), run('seccomp profile'), copy('seccomp')],
  },
  {
    name: 'privileged',
    kept: 'CapEff, devices, mounts',
    shown: [run('privileged'), copy('privileged')],
    result: ['compared, not started: this engine refuses to start it on some machines', 'kept'],
  },
  {
    name: 'limits',
    kept: 'what /proc/1/limits, cgroups and sysctls say inside; shm, OOM score; default limits are not frozen in',
    shown: [run('limits'), run('limits of the engine'), run('disks'), copy('limits')],
  },
  {
    name: 'namespaces, runtime, cgroups',
    kept: 'those of the machine, private ones, a parent cgroup; read-only root; terminal; a runtime of its own',
    shown: [
      run('namespaces of the machine'),
      run('cgroup of its own and no writing'),
      run('runtime'),
      copy('annotations'),
    ],
  },
  {
    name: 'logging',
    kept: 'driver and options; docker logs works, and a kept backup has the old ones',
    shown: [
      run('log options'),
      run('log driver local'),
      run('log driver none'),
      'engine/logs: keeps those of %s',
    ],
    result: 'kept; the old logs are written to the folder of the run before the backup goes',
  },
  {
    name: 'variables, labels',
    kept: 'values with =, quotes, empty, 60 kB; repeated variables; files of them',
    shown: [run('variables and labels'), copy('labels'), copy('env')],
  },
  {
    name: 'Compose labels',
    kept: 'identical; docker compose up finds the service up to date, and one container of it',
    shown: [
      'engine/compose: sees a grafted service as up to date: %s',
      'engine/compose: sees the service as up to date after its original was made again',
    ],
  },
  {
    name: 'backup by snapshot',
    kept: 'everything, in a container that was made again: its ID is another',
    shown: [
      'engine/snapshot: retires the original, and makes it again with everything but its ID',
      'engine/snapshot: is made again by hand, with the docker client alone, and once',
    ],
  },
  {
    name: 'devices',
    kept: 'beside the GPU, with their rights',
    shown: [run('devices'), copy('devices')],
  },
  {
    name: 'had a GPU, cdi',
    kept: 'exactly one request afterwards, in the form that was there; the same again: unchanged',
    shown: [
      'engine/gpu-forms: gives all GPUs to a container that had one by $form, in that form, and none twice',
      'engine/fidelity-modes: $form of $image, asked for $devices by $mode',
    ],
  },
  {
    name: 'moved tag',
    kept: 'the same image ID runs',
    shown: [run('tag that was moved'), run('tag that was removed')],
    result: 'kept, named by its ID, with a warning',
  },
  {
    name: 'stopped',
    kept: 'grafted and left as it was',
    shown: ['engine/stopped: grafts one that is %s, takes it back, and grafts it for good'],
    result: 'kept, with a warning that the GPU is unproven',
  },
  {
    name: 'paused, restarting, dead, removing',
    kept: '',
    shown: [
      'engine/refusals: refuses a paused container',
      'engine/refusals: refuses a container that keeps restarting',
      'unit/spec/screen: dead',
    ],
    result: REFUSED,
  },
  {
    name: 'long name',
    kept: 'a name of 200 characters; one that looks like our backups',
    shown: [run('name of 200 characters'), run('name like our own')],
  },
  {
    name: 'managers',
    kept: '',
    shown: [
      'engine/refusals: swarm-task',
      'unit/spec/screen: kubernetes',
      'unit/spec/screen: nomad',
    ],
    result: REFUSED,
  },
  {
    name: 'unknown fields',
    kept: 'passed through as they stand, and those that only the API can set',
    shown: [
      run('fields that the client cannot set'),
      'unit/spec/desired: fields that nobody knows pass through',
    ],
  },
  {
    name: 'every flag of `docker run`',
    kept: 'is in some case, or in a list with the reason why not',
    shown: ['engine/flags: are all in a case, or in the list of those that need none'],
  },
  {
    name: 'many rounds',
    kept: '30 grafts in a row, with and without a GPU: nothing grows, nothing is left',
    shown: [
      'engine/round-trip: is given and taken away thirty times: nothing is left, nothing grows',
    ],
  },
];
