/**
 * Every answer of every actor that the machine can tell apart, by a name. The first of each is
 * the one that leads on. That an actor fails is an answer of all of them and stands in
 * `alphabet.ts`.
 */
import type { ActorName, ActorOutput, Context, Dependent, Failure } from '../../machines/index.js';
import { gatewayIn, ids, modelOriginal, originalIn } from './setting.js';
import type { Setting } from './setting.js';

export interface Given {
  readonly context: Context;
  readonly setting: Setting;
}
type Answers<N extends ActorName> = Readonly<Record<string, (given: Given) => ActorOutput<N>>>;

export const failureNamed = (code: string): Failure => ({
  code,
  message: `the model answers ${code}`,
  hint: null,
});

const nothing = () => ({});
const done: Readonly<Record<string, () => Record<string, never>>> = { done: nothing };
const stopped = () => ({
  finishedAt: '2026-01-01T00:00:01Z',
  exitCode: 0,
  policy: { name: 'always', maximumRetryCount: 0 },
});
const gatewayRefuses = () => ({
  verdict: 'refused' as const,
  reason: failureNamed('gateway-refused'),
});
const someoneElse = { runId: 'other1', host: 'host', pid: 2, stateDir: '/state' };
const busy = () => ({
  claimed: false as const,
  holder: someoneElse,
  message: 'held by other1',
  hint: 'wait',
});
const created =
  (id: string) =>
  ({ setting }: Given) => ({ id, networks: [...setting.networks], warnings: [] });
const dependentNamed = (name: string): Dependent => ({
  id: ids.dependent,
  name,
  how: 'joins its network namespace',
  attachment: 'recreation',
  joins: true,
  aliases: [],
  on: ids.original,
  running: true,
});
const comparison = {
  identical: () => ({ differences: [] as string[] }),
  different: () => ({ differences: ['HostConfig.ShmSize: 1 became 2'] }),
};
const backupRemoval: Answers<'removeBackup'> = {
  removed: () => ({ result: 'removed', warnings: [] }),
  leaked: () => ({ result: 'leaked', reason: failureNamed('in-use') }),
  replacementDown: () => ({ result: 'replacementDown', reason: failureNamed('down') }),
};
const verification = {
  verified: () => ({ verdict: 'verified' as const }),
  amiss: () => ({ verdict: 'amiss' as const, reason: failureNamed('not-verified') }),
};

/** Between the start, at 0, and the deadline. */
const inTime = 1;
const poll = (verdict: ActorOutput<'pollSupervisor'>['verdict']) => () => ({
  verdict,
  reason: `it says ${verdict}`,
  at: inTime,
});
const situation = (which: ActorOutput<'assessRecovery'>['situation']) => () => ({
  situation: which,
  reason: failureNamed(`found-${which}`),
  restartCount: 0,
  startedAt: '2026-01-01T00:00:02Z',
  epoch: 'epoch-1',
  at: inTime,
});

export const answers: { readonly [N in ActorName]: Answers<N> } = {
  locateOriginal: {
    found: () => ({ id: ids.original, name: modelOriginal.name, engineId: 'engine-1' }),
  },
  inspectOriginal: { read: ({ setting }) => originalIn(setting) },
  screenOriginal: {
    eligible: ({ setting }) => ({
      verdict: 'eligible',
      plan: {
        image: 'image:1',
        candidates: [...setting.candidates],
        carry: setting.layer === 'carried' ? { paths: 2, bytes: 2000, layers: 1 } : null,
        backup: setting.backup,
        dns: null,
        gateway: gatewayIn(setting),
      },
      warnings: [],
    }),
    unchanged: () => ({ verdict: 'unchanged', mode: 'cdi' }),
    refused: () => ({ verdict: 'refused', reason: failureNamed('not-eligible') }),
  },
  findDependents: {
    fit: ({ setting }) => ({
      dependents: Array.from({ length: setting.dependents }, (_, at) =>
        dependentNamed(`side-${at}`),
      ),
      reason: null,
      warnings: [],
    }),
    refused: ({ setting }) => ({
      dependents: [dependentNamed('sidecar')],
      reason: setting.dependents > 0 ? failureNamed('dependent-unfit') : null,
      warnings: [],
    }),
  },

  createProbe: { created: () => ({ id: ids.probe }) },
  startProbe: {
    proven: () => ({ ok: true, reason: null, daemonUlimits: [] }),
    disproven: () => ({ ok: false, reason: 'the hook failed', daemonUlimits: [] }),
  },
  removeProbe: done,

  claimContainer: {
    claimed: () => ({ claimed: true, id: ids.claimOnOriginal }),
    busy,
  },
  inspectUnderClaim: {
    same: () => ({ changed: null }),
    changed: () => ({ changed: 'it was restarted' }),
  },
  compareRehearsal: comparison,
  writeRescue: done,
  createAhead: { created: created(ids.replacement) },
  connectNetwork: done,
  compareReplacement: comparison,
  claimReplacement: {
    claimed: () => ({ claimed: true, id: ids.claimOnReplacement }),
    busy,
  },

  stopOriginal: { stopped },
  stopSandbox: {
    stopped: () => ({ verdict: 'stopped', ...stopped() }),
    refused: gatewayRefuses,
  },
  disarmOriginal: done,
  checkLayer: {
    clean: () => ({ dirty: [] }),
    dirty: () => ({ dirty: ['/var/lib/state'] }),
  },
  stopUnfit: done,
  removeUnfit: done,
  snapshotOriginal: { committed: () => ({ imageId: ids.image, tookMs: 300, layers: 2 }) },
  createReplacement: { created: created(ids.late) },
  setOriginalAside: done,
  nameReplacement: done,
  startReplacement: {
    started: () => ({ startedAt: '2026-01-01T00:00:02Z', epoch: 'epoch-1', at: 0 }),
  },

  watchContainer: {
    up: () => ({ verdict: 'up' }),
    down: () => ({ verdict: 'down', reason: failureNamed('exited') }),
  },
  inspectStopped: verification,
  proveGpu: {
    proven: () => ({
      verdict: 'proven',
      proof: { level: 'shown', detail: 'GPU 0' },
      warnings: [],
    }),
    disproven: () => ({ verdict: 'disproven', reason: failureNamed('no-gpu') }),
  },
  pollSupervisor: {
    ready: poll('ready'),
    pending: poll('pending'),
    error: poll('error'),
    failed: poll('failed'),
    interrupted: poll('interrupted'),
    /** Still pending when the deadline has passed. */
    late: ({ context }) => ({
      verdict: 'pending',
      reason: 'it says pending',
      at: context.wait.deadlineAt ?? inTime,
    }),
  },
  pauseBetweenPolls: { over: () => ({ at: inTime }) },
  assessRecovery: {
    back: situation('back'),
    wait: situation('wait'),
    ask: situation('ask'),
    restored: situation('restored'),
    gone: situation('gone'),
  },

  resumeSandbox: { resumed: () => ({ verdict: 'resumed' }), refused: gatewayRefuses },
  resumeOriginal: { done: () => ({ startedAt: '2026-01-01T00:00:09Z' }) },

  reattachDependent: {
    done: ({ context }) => ({
      id: ids.moved,
      on: context.outcome === null ? ids.replacement : ids.original,
      warnings: [],
    }),
  },
  rehearseSnapshot: { created: () => ({ id: ids.rehearsal }) },
  compareSnapshot: comparison,
  writeSnapshot: done,
  removeBackup: backupRemoval,
  retireOriginal: backupRemoval,
  reviveReplacement: done,
  keepApart: done,
  verifyReplacement: {
    verified: ({ context: { backup } }) => ({
      verdict: 'verified',
      backupName: backup === null || backup.removed === true ? null : backup.name,
    }),
    amiss: verification.amiss,
  },
  removeLitter: done,
  releaseClaim: done,

  proveWayBack: {
    // Where it failed, or was not come to, the original stands.
    proven: ({ context: { backup } }) => ({
      proven: true,
      from: backup?.snapshot != null && backup.removed === false ? 'snapshot' : 'original',
    }),
    missing: () => ({ proven: false, reason: failureNamed('original-missing') }),
  },
  recreateOriginal: {
    created: ({ setting }) => ({
      id: ids.recreated,
      networks: [...setting.networks],
      warnings: [],
    }),
  },
  claimRecreated: {
    claimed: () => ({ claimed: true, id: ids.claimOnRecreated }),
    busy,
  },
  reconnectOriginal: done,
  compareOriginal: comparison,
  collectDiagnostics: { collected: () => ({ folder: '/state/diagnostics' }) },
  settleStop: { stopped },
  stopReplacement: done,
  disarmReplacement: done,
  removeReplacement: done,
  partFromReplacement: done,
  restoreName: done,
  restorePolicy: done,
  restartOriginal: { done: () => ({ startedAt: '2026-01-01T00:00:09Z' }) },
  verifyOriginal: verification,
};
