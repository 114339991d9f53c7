/** Containers that depend on the original: attached again, whichever way the run goes, wherever it is killed. */
import { describe, expect, it } from 'vitest';
import type { Options, Undo } from '../../../machines/index.js';
import { Attached, Lab, optionsWith } from '../../harness/index.js';
import type { Ended, LineVerdict, ProcessOptions } from '../../harness/index.js';

type Kind = keyof typeof kinds;
const kinds = {
  network: (lab: Lab, id: string) =>
    lab.engine.run({
      name: 'network',
      networks: [`container:${id}`],
      restart: 'unless-stopped',
      written: ['/etc/ours'],
    }),
  pid: (lab: Lab, id: string) =>
    lab.engine.run({
      name: 'pid',
      hostConfig: { PidMode: `container:${id}` },
      restart: 'always',
    }),
  ipc: (lab: Lab, id: string) =>
    lab.engine.run({ name: 'ipc', hostConfig: { IpcMode: `container:${id.slice(0, 20)}` } }),
  link: (lab: Lab) => lab.engine.run({ name: 'link', hostConfig: { Links: ['box:al', 'box'] } }),
  volumes: (lab: Lab) =>
    lab.engine.run({ name: 'volumes', hostConfig: { VolumesFrom: ['box:ro'] } }),
  volumesById: (lab: Lab, id: string) =>
    lab.engine.run({ name: 'volumesById', hostConfig: { VolumesFrom: [`${id}:ro`] } }),
  named: (lab: Lab) => lab.engine.run({ name: 'named', networks: ['container:box'] }),
  stopped: (lab: Lab, id: string) =>
    lab.engine.run({ name: 'stopped', networks: [`container:${id}`], state: 'exited' }),
} satisfies Record<string, (lab: Lab, id: string) => string>;
const all = Object.keys(kinds) as Kind[];

interface Site {
  readonly lab: Lab;
  readonly id: string;
  readonly attached: Attached;
  readonly ids: Readonly<Record<string, string>>;
}

function site(wanted: readonly Kind[] = all, apiVersion: '1.41' | '1.51' = '1.51'): Site {
  const lab = new Lab({ engine: { apiVersion } });
  const id = lab.engine.run({ name: 'box', restart: 'always', volumes: ['data:/data', '/anon'] });
  const ids = Object.fromEntries(wanted.map((kind) => [kind, kinds[kind](lab, id)]));
  return { lab, id, attached: new Attached(lab, 'box', wanted), ids };
}

const allowed: Partial<Options> = { allowDependents: true, stableForMs: 0 };
/** The wait for the replacement fails, once it was started. */
const failing: Partial<Options> = {
  ...allowed,
  ready: 'command',
  readyCommand: ['no'],
  errorDebounce: 1,
};
const said = ({ report }: Ended, code: string): string[] =>
  (report?.warnings ?? []).filter((one) => one.code === code).map(({ message }) => message);
const idOf = (lab: Lab, name: string): string => lab.engine.find(name)?.id ?? '';

function undoOf({ rest, runId }: Ended): Undo {
  const { original, replacement, engineId, backup, mode } = rest?.snapshot.context ?? {};
  if (!original || !replacement?.id || !engineId || !backup) throw new Error('nothing was kept');
  return {
    runId,
    engineId,
    original,
    replacementId: replacement.id,
    backupName: backup.name,
    mode: mode ?? null,
    gateway: null,
    carriedImage: null,
    snapshot: null,
  };
}

describe.each(['1.41', '1.51'] as const)('at API %s', (apiVersion) => {
  it('each is attached to the replacement, by what is right for it', async () => {
    const { lab, attached, ids } = site(all, apiVersion);
    const ended = await lab.graft('box', allowed);
    expect(ended.report).toMatchObject({ outcome: 'grafted', reason: null });
    expect(attached.faults()).toEqual([]);
    expect(said(ended, 'dependent-not-restored')).toEqual([]);
    const same = all.filter((kind) => idOf(lab, kind) === ids[kind]);
    expect(same).toEqual(['volumes', 'named']);
    expect(said(ended, 'dependent-reattached').toSorted()).toEqual(
      [
        ['ipc', 'joins its ipc namespace'],
        ['link', 'is linked to it'],
        ['network', 'joins its network namespace'],
        ['pid', 'joins its pid namespace'],
        ['stopped', 'joins its network namespace'],
        ['volumesById', 'takes its volumes'],
      ]
        .map(
          ([kind = '', how]) =>
            `${kind} (${how}): it was made again: its ID was ${ids[kind]?.slice(0, 12)} and is ${idOf(lab, kind).slice(0, 12)}`,
        )
        .concat('named (joins its network namespace): it was restarted')
        .toSorted(),
    );
    // What it had written goes along, and is said.
    const image = lab.engine.core.images.get(lab.engine.find('network')?.imageId ?? '');
    expect([...(image?.changes.keys() ?? [])]).toEqual(['/etc/ours']);
    expect(said(ended, 'layer-carried')).toEqual([expect.stringMatching(/^network: the writable/)]);
    expect(lab.engine.find('network')?.hostConfig.RestartPolicy.Name).toBe('unless-stopped');
    expect(said(ended, 'dependent')).toEqual([]);
  });

  it('each is back with the original when the replacement fails', async () => {
    const { lab, id, attached, ids } = site(all, apiVersion);
    const ended = await lab.graft('box', failing);
    expect(ended.report).toMatchObject({ outcome: 'rolledBack', rolledBack: true });
    expect(idOf(lab, 'box')).toBe(id);
    expect(attached.faults()).toEqual([]);
    expect(all.filter((kind) => idOf(lab, kind) !== ids[kind])).toEqual([]);
    expect(said(ended, 'dependent-not-restored')).toEqual([]);
  });

  it('each is back with the original when a graft is undone later', async () => {
    const { lab, id, attached } = site(all, apiVersion);
    const graft = await lab.graft('box', { ...allowed, keepBackup: true });
    expect(graft.report?.outcome).toBe('grafted');
    const undo = undoOf(graft);
    const refused = await lab.undo(undo);
    expect(refused.report).toMatchObject({
      outcome: 'refused',
      reason: { code: 'has-dependents' },
    });
    const back = await lab.undo(undo, allowed);
    expect(back.report).toMatchObject({ outcome: 'rolledBack', rolledBack: true });
    expect(idOf(lab, 'box')).toBe(id);
    expect(attached.faults()).toEqual([]);
    expect(said(back, 'dependent-not-restored')).toEqual([]);
  });
});

describe('before anything is touched', () => {
  const refusal = async (change: (at: Site) => void, options: Partial<Options> = allowed) => {
    const at = site(['network']);
    change(at);
    const before = at.lab.engine.fingerprint();
    const { report } = await at.lab.graft('box', options);
    expect(report?.outcome).toBe('refused');
    expect(at.lab.engine.fingerprint()).toBe(before);
    return report?.reason;
  };

  it('they are named, and refused without the flag', async () => {
    const reason = await refusal(({ lab, id }) => void kinds.link(lab) + kinds.pid(lab, id), {});
    expect(reason).toMatchObject({ code: 'has-dependents' });
    expect(reason?.message).toContain('network (joins its network namespace)');
    expect(reason?.message).toContain('link (is linked to it)');
    expect(reason?.hint).toContain('--allow-dependents');
  });

  it('one that others depend on in turn is refused', async () => {
    const reason = await refusal(({ lab, ids }) => {
      lab.engine.run({ name: 'third', hostConfig: { PidMode: `container:${ids['network']}` } });
    });
    expect(reason).toMatchObject({ code: 'dependent-unfit' });
    expect(reason?.message).toContain('third depends on it in turn');
  });

  it('one that could not be made again is refused', async () => {
    const reason = await refusal(({ lab, id }) => {
      lab.engine.run({ name: 'brief', networks: [`container:${id}`], autoRemove: true });
    });
    expect(reason).toMatchObject({ code: 'dependent-unfit' });
    expect(reason?.message).toMatch(/^brief .*--rm/);
  });

  it('one that runs beside an original that is down is refused', async () => {
    const reason = await refusal(({ lab, id }) => lab.engine.outsider.stop(id));
    expect(reason?.message).toContain('while box is down');
  });
});

it('what is moved has a GPU request of its own, and keeps it', async () => {
  const { lab, id } = site([]);
  lab.engine.run({ name: 'side', networks: [`container:${id}`], gpu: 'gpus' });
  const attached = new Attached(lab, 'box', ['side']);
  const ended = await lab.graft('box', { ...allowed, mode: 'cdi' });
  expect(ended.report?.outcome).toBe('grafted');
  expect(attached.faults()).toEqual([]);
  expect(lab.engine.find('side')?.hostConfig.DeviceRequests).toEqual([
    { Driver: '', Count: -1, DeviceIDs: null, Capabilities: [['gpu']], Options: {} },
  ]);
});

it('a dependent that cannot be attached takes the graft back, and all of them with it', async () => {
  const { lab, id, attached } = site(['network', 'pid', 'link']);
  let failures = 0;
  const ended = await lab.graft('box', allowed, {
    hooks: {
      before: ({ method, args }) => {
        const joins = JSON.stringify(args).includes('PidMode":"container:');
        if (method !== 'createContainer' || !joins || !String(args[0]).startsWith('pid.'))
          return undefined;
        failures += 1;
        return { kind: 'refuse', status: 500, message: 'no space left on device' };
      },
    },
  });
  expect(failures).toBeGreaterThan(0);
  expect(ended.report).toMatchObject({
    outcome: 'rolledBack',
    reason: { code: 'dependent-failed' },
  });
  expect(ended.report?.reason?.message).toContain('pid, which depends on it');
  expect(ended.report?.reason?.message).toContain('no space left on device');
  expect(idOf(lab, 'box')).toBe(id);
  expect(attached.faults()).toEqual([]);
});

it('one that cannot be attached on the way back is said, and the container itself is back', async () => {
  const { lab, id } = site(['network']);
  const ended = await lab.graft('box', failing, {
    hooks: {
      before: ({ method, args }) =>
        method === 'startContainer' && args[0] === idOf(lab, 'network')
          ? { kind: 'refuse', status: 500, message: 'no' }
          : undefined,
    },
  });
  expect(ended.report).toMatchObject({ outcome: 'rolledBack', rolledBack: true });
  expect(idOf(lab, 'box')).toBe(id);
  expect(said(ended, 'dependent-not-restored')).toEqual([
    expect.stringMatching(/^network .*could not start the dependent network: no/),
  ]);
});

it('a run that is cancelled while a dependent is moved goes back', async () => {
  const { lab, id, attached } = site(['network', 'pid']);
  let cancelled = false;
  const process = lab.process({
    onEntry: ({ runId, state }) => {
      if (cancelled || !runId.includes('-d1-') || state !== 'cutover.settingOriginalAside') return;
      cancelled = true;
      process.cancel();
    },
  });
  const ended = await process.graft('box', optionsWith(allowed));
  expect(cancelled).toBe(true);
  expect(ended.report).toMatchObject({ outcome: 'rolledBack', reason: { code: 'cancelled' } });
  expect(idOf(lab, 'box')).toBe(id);
  expect(attached.faults()).toEqual([]);
});

describe('killed at every line of its journal and of its parts', () => {
  const few: readonly Kind[] = ['pid', 'link'];

  interface Case {
    /** Done before the run; nothing is killed in it. @returns how the run is begun */
    readonly prepare: (lab: Lab) => Promise<(process: ProcessOptions) => Promise<Ended>>;
    readonly outcomes: RegExp;
    readonly least: number;
  }

  it.each<[string, Case]>([
    [
      'forward',
      {
        prepare: async (lab) => (process) => lab.graft('box', allowed, process),
        outcomes: /^(grafted|rolledBack|refused)$/,
        least: 70,
      },
    ],
    [
      'on the way back',
      {
        prepare: async (lab) => (process) => lab.graft('box', failing, process),
        outcomes: /^(rolledBack|refused)$/,
        least: 30,
      },
    ],
    [
      'in a later undoing',
      {
        prepare: async (lab) => {
          const undo = undoOf(await lab.graft('box', { ...allowed, keepBackup: true }));
          return (process) => lab.undo(undo, allowed, process);
        },
        outcomes: /^(rolledBack|refused)$/,
        least: 60,
      },
    ],
  ])('%s', async (_, { prepare, outcomes, least }) => {
    const begun = async () => {
      const { lab } = site(few);
      const begin = await prepare(lab);
      return { lab, begin, attached: new Attached(lab, 'box', few) };
    };
    let count = 0;
    await (await begun()).begin({ journal: () => void (count += 1) });
    expect(count).toBeGreaterThan(least);
    for (let line = 1; line <= count; line += 1) {
      for (const how of ['die-before', 'die-after'] as const) {
        const { lab, begin, attached } = await begun();
        let seen = 0;
        const journal = (): LineVerdict | undefined => ((seen += 1) === line ? how : undefined);
        const killed = await begin({ journal });
        expect(killed.died).toBe(true);
        if (lab.folder.lastLine(killed.runId) === null) continue;
        const where = `${how} ${line}`;
        const ended = await lab.recover(killed.runId);
        const why = `${where}: ${JSON.stringify(ended.report?.reason)}`;
        expect(ended.report?.outcome, why).toMatch(outcomes);
        expect(attached.faults(), where).toEqual([]);
        const before = lab.engine.fingerprint();
        const again = await lab.recover(killed.runId);
        expect(again.report, where).toEqual(ended.report);
        expect(lab.engine.fingerprint(), where).toBe(before);
      }
    }
  });
});
