/** The claim: two runs on one container, from two state folders, in every interleaving of their calls. */
import { describe, expect, it } from 'vitest';
import { claimName } from '../../../machines/index.js';
import { claimContainer } from '../../../src/actors/claim.js';
import type { ActorScope } from '../../../src/actors/support/scope.js';
import { StateFolder } from '../../harness/index.js';
import type { MemoryEngine, Verdict } from '../../memory/index.js';
import { at, codeOf, runId, stage, type Stage } from './stage.js';

const otherRun = '20260105-090000-00000b';
const holderOf = (id: string, stateDir = '/state', host = 'host') => ({
  runId: id,
  host,
  pid: 42,
  stateDir,
});

function inputFor(engine: MemoryEngine, holder: ReturnType<typeof holderOf>, by = 'box') {
  const originalId = engine.find(by)!.id;
  return {
    name: claimName(originalId),
    originalId,
    originalName: by,
    replacementId: null as string | null,
    holder,
    rehearse: null,
  };
}

function set(hooks: Parameters<typeof stage>[0] = {}, options: Parameters<typeof stage>[1] = {}) {
  const staged = stage(hooks, options);
  staged.engine.run({ name: 'box', volumes: ['data:/data'] });
  return staged;
}

/** Another user's scope on the same engine. */
function beside({ engine, scope }: Stage, stateDir = '/other'): ActorScope {
  const folder = new StateFolder('host', stateDir);
  return { ...scope, docker: engine.port(), runId: otherRun, store: folder.storeOf(otherRun) };
}

const claims = (engine: MemoryEngine): string[] =>
  [...engine.core.containers.values()]
    .map(({ name }) => name)
    .filter((name) => name.startsWith('gpugraft-claim-'));

describe('a claim', () => {
  it('is a container that was never started, and making it changes nothing', async () => {
    const { engine, scope } = set();
    const volumes = JSON.stringify([...engine.core.volumes.values()]);
    const input = inputFor(engine, holderOf(runId));
    const claim = await claimContainer(input, scope);
    expect(claim.claimed).toBe(true);
    const made = engine.find(input.name);
    expect(made).toMatchObject({ status: 'created', startedAt: null });
    expect(JSON.stringify([...engine.core.volumes.values()])).toBe(volumes);
    expect(await claimContainer(input, scope)).toEqual(claim);
  });

  const faults: Record<string, Verdict> = {
    'the request is lost': { kind: 'lost-request' },
    'the reply is lost': { kind: 'lost-reply' },
    'it lands late': { kind: 'late', calls: 2 },
    'it lands late, its name taken at once': { kind: 'late', calls: 6, reserves: true },
    'it is done and answered with an error': { kind: 'done-but-error' },
    'the engine cannot be reached': { kind: 'unreachable', calls: 5 },
  };
  it.each(Object.entries(faults))('is won once although %s', async (_, verdict) => {
    const { engine, scope } = set(at('createContainer', verdict));
    const claim = await claimContainer(inputFor(engine, holderOf(runId)), scope);
    expect(claim.claimed).toBe(true);
    engine.landLate();
    expect(claims(engine)).toHaveLength(1);
  });

  it('is refused where the engine refuses it', async () => {
    const refuse: Verdict = { kind: 'refuse', status: 500, message: 'no space left on device' };
    const { engine, scope } = set(at('createContainer', refuse));
    const claiming = claimContainer(inputFor(engine, holderOf(runId)), scope);
    expect(await codeOf(claiming)).toBe('claim-refused');
  });

  it('is lost to a container that is not ours under its name', async () => {
    const { engine, scope } = set();
    const input = inputFor(engine, holderOf(runId));
    engine.outsider.takeName(input.name);
    expect(await claimContainer(input, scope)).toMatchObject({
      claimed: false,
      holder: null,
      hint: `docker inspect ${input.name} shows whose it is`,
    });
  });
});

describe('two claimers', () => {
  /** The second claims wholly between two calls of the first, before its n-th call. */
  async function interleaved(n: number) {
    let calls = 0;
    let second: Promise<{ claimed: boolean }> | null = null;
    const staged = stage({
      before: () => {
        if (++calls === n) {
          second = claimContainer(inputFor(engine, holderOf(otherRun, '/other')), beside(staged));
        }
        return undefined;
      },
    });
    const { engine, scope } = staged;
    engine.run({ name: 'box' });
    const one = await claimContainer(inputFor(engine, holderOf(runId)), scope);
    if (second !== null) engine.clock.leave();
    const two = second === null ? null : await (second as Promise<{ claimed: boolean }>);
    return { engine, one, two, calls };
  }

  it('never both win, wherever they meet', async () => {
    const { calls } = await interleaved(0);
    let met = 0;
    for (let n = 1; n <= calls; n++) {
      const { engine, one, two } = await interleaved(n);
      expect(two).not.toBeNull();
      const winners = [one, two].filter((claim) => claim?.claimed === true);
      expect(winners.length).toBeLessThan(2);
      expect(claims(engine)).toHaveLength(winners.length);
      met += 1;
    }
    expect(met).toBeGreaterThan(4);
  });

  it('never both win from two folders at the same moment, while a create takes long', async () => {
    const staged = set();
    staged.engine.core.createMs = 700;
    const { engine, scope } = staged;
    engine.clock.join();
    const both = [
      claimContainer(inputFor(engine, holderOf(runId)), scope),
      claimContainer(inputFor(engine, holderOf(otherRun, '/other')), beside(staged)),
    ].map((claim) => claim.finally(() => engine.clock.leave()));
    const [one, two] = await Promise.all(both);
    expect([one?.claimed, two?.claimed].filter(Boolean)).toHaveLength(1);
    const loser = one?.claimed === true ? two : one;
    expect(loser).toMatchObject({ claimed: false, holder: { pid: 42 } });
  });

  it('meet by the ID of the original and by that of the replacement', async () => {
    const staged = set();
    const { engine, scope } = staged;
    engine.run({ name: 'box.new', state: 'created' });
    const replacementId = engine.find('box.new')!.id;
    const mine = { ...inputFor(engine, holderOf(runId)), replacementId };
    expect((await claimContainer(mine, scope)).claimed).toBe(true);
    const theirs = inputFor(engine, holderOf(otherRun, '/other'), 'box.new');
    const lost = await claimContainer(theirs, beside(staged));
    expect(lost).toMatchObject({ claimed: false, holder: { runId } });
    expect(claims(engine)).toHaveLength(1);
  });

  it('meet the other way round: the replacement is claimed as an original', async () => {
    const staged = set();
    const { engine, scope } = staged;
    engine.run({ name: 'box.new', state: 'created' });
    const theirs = inputFor(engine, holderOf(otherRun, '/other'), 'box.new');
    expect((await claimContainer(theirs, beside(staged))).claimed).toBe(true);
    const replacementId = engine.find('box.new')!.id;
    const mine = { ...inputFor(engine, holderOf(runId)), replacementId };
    expect(await claimContainer(mine, scope)).toMatchObject({
      claimed: false,
      holder: { runId: otherRun },
    });
  });
});

describe('the words about a holder', () => {
  const interrupted = /was interrupted and still holds/;
  const working = /is working on the container/;
  it.each([
    ['that lives', true, '/state', 'host', working, /^gpugraft status shows .*, gpugraft recover /],
    ['that died', false, '/state', 'host', interrupted, /^gpugraft status shows /],
    [
      'of another folder, and name that',
      false,
      '/an other',
      'host',
      working,
      `gpugraft status --state-dir '/an other' shows the run; if its process is gone, gpugraft recover ${otherRun} --state-dir '/an other' ends it`,
    ],
    [
      'on another machine, and name that',
      false,
      '/state',
      'elsewhere',
      working,
      /^status and recover know the run on elsewhere, with --state-dir \/state: /,
    ],
  ])('tell one %s', async (_, held, stateDir, host, words, hint) => {
    const staged = set();
    const { engine, scope, folder } = staged;
    folder.run(otherRun).held = held;
    const theirs = inputFor(engine, holderOf(otherRun, stateDir, host));
    await claimContainer(theirs, { ...scope, runId: otherRun });
    const lost = await claimContainer(inputFor(engine, holderOf(runId)), scope);
    expect(lost).toMatchObject({ claimed: false, holder: { runId: otherRun, host, stateDir } });
    expect(lost).toHaveProperty('message', expect.stringMatching(words));
    expect(lost).toHaveProperty('message', expect.stringContaining(`process 42 on ${host}`));
    expect(lost).toHaveProperty('hint', expect.stringMatching(hint));
  });
});
