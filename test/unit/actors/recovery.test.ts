/** Which way a run that was interrupted goes: a fresh look decides (DESIGN, "Which way recover goes"). */
import { describe, expect, it } from 'vitest';
import { assessRecovery } from '../../../src/actors/confirmation.js';
import { verifyReplacement, removeBackup } from '../../../src/actors/completion.js';
import { proveWayBack } from '../../../src/actors/rollback.js';
import type { MemoryEngine } from '../../memory/index.js';
import type { GraftError } from '../../../src/errors.js';
import { stage } from './stage.js';

const never = { name: 'no', maximumRetryCount: 0 };

function set() {
  const staged = stage();
  const { engine } = staged;
  const id = engine.run({ name: 'box.backup', state: 'exited' });
  const replacementId = engine.run({ name: 'box', state: 'created' });
  const original = {
    id,
    name: 'box',
    digest: '',
    imageId: engine.find(id)!.imageId,
    policy: never,
    running: true,
    healthy: false,
    startedAt: '',
  };
  return { ...staged, id, replacementId, original };
}

type World = (engine: MemoryEngine, original: string, replacement: string) => void;
const starts: World = (engine, _, replacement) => engine.outsider.start(replacement);

describe('a run that was interrupted', () => {
  const HOUR = 3_600_000;
  const DAY = 24 * HOUR;
  const cases: [string, World, { startAsked: boolean; deadlineInMs: number | null }, string][] = [
    [
      'before the start goes back',
      () => undefined,
      { startAsked: false, deadlineInMs: null },
      'back',
    ],
    [
      'before a start that never came goes back',
      () => undefined,
      { startAsked: true, deadlineInMs: null },
      'back',
    ],
    ['in its wait waits on', starts, { startAsked: true, deadlineInMs: HOUR }, 'wait'],
    [
      'at its start, before a deadline was known, waits on',
      starts,
      { startAsked: true, deadlineInMs: null },
      'wait',
    ],
    [
      'at its start, days ago, asks about a replacement that has been up since',
      (engine, _, replacement) => {
        engine.outsider.start(replacement);
        engine.clock.advance(3 * DAY);
      },
      { startAsked: true, deadlineInMs: null },
      'ask',
    ],
    [
      'at its start, days ago, asks also where the engine started it again just now',
      (engine, _, replacement) => {
        engine.outsider.setPolicy(replacement, { name: 'always', maximumRetryCount: 0 });
        engine.outsider.start(replacement);
        engine.clock.advance(3 * DAY);
        engine.outsider.restartEngine({ kind: 'graceful' });
      },
      { startAsked: true, deadlineInMs: null },
      'ask',
    ],
    [
      'long ago, the replacement running, asks',
      starts,
      { startAsked: true, deadlineInMs: -1 },
      'ask',
    ],
    [
      'long ago, the replacement down, asks',
      (engine, _, replacement) => {
        engine.outsider.start(replacement);
        engine.outsider.crash(replacement, 1);
      },
      { startAsked: true, deadlineInMs: -1 },
      'ask',
    ],
    ['and started by somebody else asks', starts, { startAsked: false, deadlineInMs: null }, 'ask'],
    [
      'whose original somebody started asks, and not whether the replacement is to stay',
      (engine, original, replacement) => {
        engine.outsider.start(replacement);
        engine.outsider.start(original);
      },
      { startAsked: true, deadlineInMs: HOUR },
      'restored',
    ],
    [
      'whose replacement somebody removed goes back',
      (engine, _, replacement) => engine.outsider.remove(replacement),
      { startAsked: true, deadlineInMs: HOUR },
      'back',
    ],
    [
      'of which nothing is left is over',
      (engine, original, replacement) => {
        engine.outsider.remove(original);
        engine.outsider.remove(replacement);
      },
      { startAsked: true, deadlineInMs: HOUR },
      'gone',
    ],
    [
      'whose original somebody removed waits on with what there is',
      (engine, original, replacement) => {
        engine.outsider.start(replacement);
        engine.outsider.remove(original);
      },
      { startAsked: true, deadlineInMs: HOUR },
      'wait',
    ],
  ];
  it.each(cases)('%s', async (_, happens, { startAsked, deadlineInMs }, situation) => {
    const { engine, scope, id, replacementId, original } = set();
    happens(engine, id, replacementId);
    const deadlineAt = deadlineInMs === null ? null : scope.clock.now() + deadlineInMs;
    const input = { original, replacementId, startAsked, deadlineAt, readyTimeoutMs: HOUR };
    const assessed = await assessRecovery(input, scope);
    expect(assessed.situation).toBe(situation);
    const said = assessed.reason.message;
    expect(said).not.toBe('');
    if (!startAsked) expect(said).not.toContain('its wait');
    expect(engine.calls.some(({ changing }) => changing)).toBe(false);
  });
});

describe('the backup', () => {
  const names = { backupName: 'box.backup', replacementName: 'box', isToRun: true };
  async function removed(happens: World) {
    const { engine, scope, id, replacementId } = set();
    happens(engine, id, replacementId);
    const { result } = await removeBackup({ originalId: id, replacementId, ...names }, scope);
    return { result, there: engine.find(id) !== null };
  }

  it('goes while the replacement runs under its name', async () => {
    expect(await removed(starts)).toEqual({ result: 'removed', there: false });
  });

  it.each<[string, World]>([
    ['is down', () => undefined],
    [
      'is between two restarts',
      (engine, _, replacement) => {
        engine.outsider.setPolicy(replacement, { name: 'always', maximumRetryCount: 0 });
        engine.outsider.start(replacement);
        engine.outsider.crash(replacement);
      },
    ],
    ['is gone', (engine, _, replacement) => engine.outsider.remove(replacement)],
  ])('stays while the replacement %s', async (_, happens) => {
    expect(await removed(happens)).toEqual({ result: 'replacementDown', there: true });
  });

  it.each<[string, World]>([
    ['somebody started it', (engine, original) => engine.outsider.start(original)],
    [
      'the replacement has another name',
      (engine, _, replacement) => engine.outsider.rename(replacement, 'other'),
    ],
  ])('stays, named as a leak, when %s', async (_, then) => {
    const happens: World = (...world) => {
      starts(...world);
      then(...world);
    };
    expect(await removed(happens)).toEqual({ result: 'leaked', there: true });
  });
});

describe('the last looks', () => {
  it('find a replacement amiss by name, policy, state and a backup that should be gone', async () => {
    const verdict = async (happens: World, backup: 'kept' | 'removed' = 'kept') => {
      const { engine, scope, id, replacementId } = set();
      engine.outsider.start(replacementId);
      happens(engine, id, replacementId);
      const input = {
        originalId: id,
        replacementId,
        name: 'box',
        policy: never,
        isToRun: true,
        backup,
      };
      return verifyReplacement(input, scope).then(
        ({ verdict: said }) => said,
        (error: unknown) => (error as GraftError).failure.code,
      );
    };
    expect(await verdict(() => undefined)).toBe('verified');
    expect(await verdict((engine, original) => engine.outsider.remove(original), 'removed')).toBe(
      'verified',
    );
    // No start would mend these.
    expect(await verdict(() => undefined, 'removed')).toBe('not-verified');
    const wrong: World[] = [
      (engine, _, it) => engine.outsider.rename(it, 'other'),
      (engine, _, it) => engine.outsider.setPolicy(it, { name: 'always', maximumRetryCount: 0 }),
    ];
    for (const happens of wrong) expect(await verdict(happens)).toBe('not-verified');
    const down: World[] = [
      (engine, _, it) => engine.outsider.crash(it),
      (engine, _, it) => engine.outsider.remove(it),
    ];
    for (const happens of down) expect(await verdict(happens)).toBe('amiss');
  });

  it('name both where somebody started the backup beside the replacement', async () => {
    const { engine, scope, id, replacementId } = set();
    starts(engine, id, replacementId);
    engine.outsider.start(id);
    const input = { originalId: id, replacementId, name: 'box', policy: never, isToRun: true };
    for (const backup of ['kept', 'removed'] as const) {
      await expect(verifyReplacement({ ...input, backup }, scope)).rejects.toMatchObject({
        failure: {
          code: 'both-run',
          message: expect.stringContaining(
            '(box.backup) was seen to run beside the replacement (box)',
          ),
        },
      });
    }
  });

  it('prove a way back by the original alone, and change nothing', async () => {
    const { engine, scope, id, replacementId, original } = set();
    const lookFor = { snapshot: null, replacementId, original, gateway: null };
    expect(await proveWayBack(lookFor, scope)).toEqual({
      proven: true,
      from: 'original',
    });
    engine.outsider.remove(replacementId);
    expect(await proveWayBack(lookFor, scope)).toEqual({
      proven: true,
      from: 'original',
    });
    engine.outsider.remove(id);
    expect(await proveWayBack(lookFor, scope)).toMatchObject({
      proven: false,
      reason: { code: 'no-way-back' },
    });
    expect(engine.calls.some(({ changing }) => changing)).toBe(false);
  });
});
