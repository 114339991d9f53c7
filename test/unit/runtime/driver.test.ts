/** The driver: the journal is ahead of the world, and what comes back of an actor is held to its contract. */
import { describe, expect, it } from 'vitest';
import type { ActorName, Context, Input } from '../../../machines/index.js';
import { answersAt } from '../../../src/model/alphabet.js';
import { inputOf, smallSetting } from '../../../src/model/setting.js';
import { EngineSilent, failure, JournalFailed } from '../../../src/errors.js';
import { driveNew, driveOn, rehydrated } from '../../../src/runtime/driver.js';
import type { DriverParts, Rest, Snapshot } from '../../../src/runtime/driver.js';
import type { JournalLine } from '../../../src/runtime/journal-line.js';

const input: Input = inputOf(smallSetting);

interface World {
  readonly lines: JournalLine[];
  /** What happened, in order: `line 3 state`, `act name`. */
  readonly story: string[];
  readonly inputs: { readonly name: ActorName; readonly input: unknown }[];
  readonly parts: DriverParts;
}

type Answer = (name: ActorName, signal: AbortSignal) => unknown;

/** A world in which every actor gives its leading answer, but for what `answer` says (undefined: no word). */
function world(answer: Answer = () => undefined, more: Partial<DriverParts> = {}): World {
  const lines: JournalLine[] = [];
  const story: string[] = [];
  const inputs: { name: ActorName; input: unknown }[] = [];
  let last: Snapshot | null = null;
  const parts: DriverParts = {
    now: () => '2026-01-05T09:00:00.000Z',
    journal: {
      append(line) {
        lines.push(JSON.parse(JSON.stringify(line)) as JournalLine);
        story.push(`line ${line.seq} ${line.state}`);
        return { trouble: null };
      },
      close: () => undefined,
    },
    onEntry: (_, snapshot) => {
      last = snapshot;
    },
    async runActor(name, given, signal) {
      story.push(`act ${name}`);
      inputs.push({ name, input: given });
      const said = await answer(name, signal);
      if (said !== undefined) return said as never;
      const event = answersAt(last!, smallSetting)[0]?.event as { output?: unknown } | undefined;
      return event?.output as never;
    },
    ...more,
  };
  return { lines, story, inputs, parts };
}

async function stoppedAt(state: string, answer?: Answer): Promise<World> {
  const there = world(answer, {
    until: (snapshot) => Object.keys(snapshot.value).length > 0 && stateOf(snapshot) === state,
  });
  await driveNew(input, there.parts);
  expect(there.lines.at(-1)?.state).toBe(state);
  return there;
}
const stateOf = ({ value }: Snapshot): string => {
  if (typeof value === 'string') return value;
  const [phase, state] = Object.entries(value)[0]!;
  return typeof state === 'string' ? `${phase}.${state}` : `${phase}.…`;
};
const lastOf = ({ lines }: World): JournalLine => lines.at(-1)!;

describe('a run', () => {
  it('is written ahead: each act follows the line of its state at once', async () => {
    const { story, lines, parts } = world();
    const { snapshot, open } = await driveNew(input, parts);
    expect([snapshot.context.outcome, open]).toEqual(['grafted', null]);
    for (const [index, what] of story.entries()) {
      if (what.startsWith('act ')) expect(story[index - 1]).toMatch(/^line /);
    }
    const acts = story.filter((what) => what.startsWith('act ')).length;
    expect(acts).toBe(lines.length - 1);
    expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index + 1));
    expect(lines[0]?.event).toBeNull();
  });

  it('stops before an act whose line cannot be written', async () => {
    for (let last = 1; last < 20; last++) {
      const story: string[] = [];
      let written = 0;
      const { parts } = world((name) => void story.push(name), {
        journal: {
          append() {
            if (++written > last) throw new JournalFailed('no space left on device');
            return { trouble: null };
          },
          close: () => undefined,
        },
      });
      await expect(driveNew(input, parts)).rejects.toThrow(JournalFailed);
      expect(story).toHaveLength(last);
    }
  });

  it.each([
    ['of another form', () => ({ id: 7 })],
    ['of nothing', () => null],
    [
      'with more than was agreed',
      () => ({ id: 'a'.repeat(64), name: 'box', engineId: 'e', more: 1 }),
    ],
  ])('takes an answer %s for a failure, not for a crash', async (_, answer) => {
    const { parts } = world((name) => (name === 'locateOriginal' ? answer() : undefined));
    const { snapshot } = await driveNew(input, parts);
    expect(snapshot.context).toMatchObject({ outcome: 'refused', reason: { code: 'internal' } });
  });

  it('takes whatever an actor throws for a failure in plain words', async () => {
    const thrown: [unknown, string][] = [
      [failure('some-code', 'words', 'hint'), 'some-code'],
      [new TypeError('x is not a function'), 'internal'],
      ['a string', 'internal'],
      [undefined, 'internal'],
    ];
    for (const [what, code] of thrown) {
      const { parts } = world((name) =>
        name === 'createAhead' ? Promise.reject(what) : undefined,
      );
      const { snapshot } = await driveNew(input, parts);
      expect(snapshot.context.reason?.code).toBe(code);
      expect(snapshot.context.reason?.message).not.toContain('\n');
    }
  });

  it('is left open, as it is, by an engine that is silent', async () => {
    const { lines, parts } = world((name) =>
      name === 'setOriginalAside' ? Promise.reject(new EngineSilent('time-out')) : undefined,
    );
    const { snapshot, open } = await driveNew(input, parts);
    expect([stateOf(snapshot), snapshot.status, open?.code]).toEqual([
      'cutover.settingOriginalAside',
      'active',
      'engine-unreachable',
    ]);
    expect(lines.at(-1)?.state).toBe('cutover.settingOriginalAside');
  });
});

describe('a cancel', () => {
  const cancelledAt = (actor: ActorName, answer: Answer = () => undefined) => {
    const control = new AbortController();
    const signals: AbortSignal[] = [];
    const made = world(
      (name, signal) => {
        if (name !== actor) return answer(name, signal);
        signals.push(signal);
        control.abort('SIGINT');
        return name === 'pauseBetweenPolls' ? new Promise(() => undefined) : answer(name, signal);
      },
      { cancel: control.signal },
    );
    return { ...made, control, signals };
  };

  it('before the start refuses without an act but the first look', async () => {
    const { parts, story } = world(undefined, { cancel: AbortSignal.abort('SIGTERM') });
    const { snapshot } = await driveNew(input, parts);
    expect(snapshot.context).toMatchObject({
      outcome: 'refused',
      reason: { code: 'cancelled', message: 'cancelled by SIGTERM' },
    });
    expect(story.filter((what) => what.startsWith('act '))).toEqual(['act locateOriginal']);
  });

  it('is remembered while something acts, and taken when that has ended', async () => {
    const { parts, story, signals, lines } = cancelledAt('setOriginalAside');
    const { snapshot } = await driveNew(input, parts);
    expect(snapshot.context.outcome).toBe('rolledBack');
    expect(signals.map(({ aborted }) => aborted)).toEqual([false].map(() => true));
    const index = lines.findIndex(({ event }) => event?.['type'] === 'CANCEL');
    expect(lines[index]?.state).toBe('cutover.settingOriginalAside');
    expect(lines[index + 1]?.state).toMatch(/^rollback\./);
    expect(story).not.toContain('act startReplacement');
    expect(story.filter((what) => what === 'act setOriginalAside')).toHaveLength(1);
  });

  it('is taken at once in a wait, whose actor is told', async () => {
    const pending = { verdict: 'pending', reason: 'not yet', at: 1 };
    const { parts, signals } = cancelledAt('pauseBetweenPolls', (name) =>
      name === 'pollSupervisor' ? pending : undefined,
    );
    const { snapshot } = await driveNew(input, parts);
    expect(snapshot.context).toMatchObject({
      outcome: 'rolledBack',
      reason: { code: 'cancelled' },
    });
    expect(signals[0]?.aborted).toBe(true);
  });

  it('is heard once, however often it comes', async () => {
    const { parts, lines, control } = cancelledAt('createAhead');
    control.signal.addEventListener('abort', () => control.abort('SIGTERM'));
    const { snapshot } = await driveNew(input, parts);
    expect(lines.filter(({ event }) => event?.['type'] === 'CANCEL')).toHaveLength(1);
    expect(snapshot.context.cancel).toEqual({ by: 'SIGINT' });
  });

  it('comes from a disk that fills up, and then only the way back is written', async () => {
    for (const scarceAt of [3, 12, 20, 24]) {
      let seq = 0;
      const { parts } = world(undefined, {
        journal: {
          append: () => ({ trouble: ++seq < scarceAt ? null : 'a full disk' }),
          close: () => undefined,
        },
      });
      const { snapshot } = await driveNew(input, parts);
      expect(['refused', 'rolledBack']).toContain(snapshot.context.outcome);
      expect(snapshot.context.reason?.message).toBe('cancelled by a full disk');
    }
  });
});

describe('a run that is taken up again', () => {
  it('goes on with the same actor and the same input', async () => {
    const before = await stoppedAt('completion.removingBackup');
    const after = world();
    const rest = await driveOn(lastOf(before), null, after.parts);
    expect(rest.snapshot.context.outcome).toBe('grafted');
    const { snapshot } = lastOf(before);
    const children = snapshot['children'] as Record<string, { snapshot: { input: unknown } }>;
    expect(after.inputs[0]).toEqual({
      name: 'removeBackup',
      input: children['removeBackup']?.snapshot.input,
    });
    expect(after.lines[0]).toMatchObject({
      seq: lastOf(before).seq + 1,
      event: { type: 'RECOVER', choice: null },
      state: 'completion.removingBackup',
    });
  });

  it('looks afresh where the original may have been changed, and withdraws where not', async () => {
    const cutover = await stoppedAt('cutover.namingReplacement');
    const assessed = world();
    await driveOn(lastOf(cutover), null, assessed.parts);
    expect(assessed.inputs[0]?.name).toBe('assessRecovery');
    const preparing = await stoppedAt('preparation.comparingRehearsal');
    const withdrawn = world();
    const { snapshot } = await driveOn(lastOf(preparing), null, withdrawn.parts);
    expect(snapshot.context).toMatchObject({ outcome: 'refused', reason: { code: 'interrupted' } });
    expect(withdrawn.inputs.map(({ name }) => name)).toEqual(['releaseClaim']);
  });

  it('goes back on a disk that is full, where going back is what it does', async () => {
    const before = await stoppedAt('cutover.namingReplacement');
    const back = {
      situation: 'back',
      reason: { code: 'interrupted', message: 'interrupted', hint: null },
      restartCount: 0,
      startedAt: null,
      epoch: null,
      at: 1,
    };
    const full = { append: () => ({ trouble: 'a full disk' }), close: () => undefined };
    const after = world((name) => (name === 'assessRecovery' ? back : undefined), {
      journal: full,
    });
    const { snapshot } = await driveOn(lastOf(before), null, after.parts);
    expect(snapshot.context.outcome).toBe('rolledBack');
  });
});

describe('a line that is taken up', () => {
  const changed = async (change: (line: JournalLine) => unknown): Promise<JournalLine> => {
    const line = lastOf(await stoppedAt('cutover.namingReplacement'));
    change(line);
    return line;
  };
  const contextOf = (line: JournalLine) => line.snapshot['context'] as Context;
  const refusal = async (change: (line: JournalLine) => unknown): Promise<string> => {
    const line = await changed(change);
    let rest: Rest | null = null;
    try {
      rest = await driveOn(line, null, world().parts);
    } catch (error) {
      expect(error).toMatchObject({ failure: { code: 'journal-invalid' } });
      return (error as Error).message;
    }
    return `taken up: ${stateOf(rest.snapshot)}`;
  };

  it('is refused from another version of the machine', async () => {
    const words = await refusal((line) => Object.assign(line, { machine: '999' }));
    expect(words).toMatch(/machine version 999, this is \d+/);
  });

  it('is refused from another run', async () => {
    expect(await refusal((line) => Object.assign(line, { runId: 'other-run' }))).toMatch(
      /another run/,
    );
  });

  it('is refused with a state that the machine has not', async () => {
    const wrong: ((line: JournalLine) => unknown)[] = [
      (line) => (line.snapshot['value'] = { cutover: 'dancing' }),
      (line) => (line.snapshot['value'] = 'nowhere'),
      (line) => (line.snapshot['value'] = 7),
      (line) => (line.snapshot['status'] = 'error'),
      (line) => (line.snapshot['children'] = {}),
      (line) => (line.snapshot['children'] = { x: { src: 'formatDisk', snapshot: {} } }),
      (line) => delete line.snapshot['value'],
    ];
    const words = [];
    for (const change of wrong) words.push(await refusal(change));
    expect(words).toEqual(words.map(() => expect.stringMatching(/not one of this machine/)));
  });

  it('is refused with any field of its context wrong, missing or foreign', async () => {
    const good = contextOf(lastOf(await stoppedAt('cutover.namingReplacement')));
    const fields = Object.keys(good) as (keyof Context)[];
    expect(fields.length).toBeGreaterThan(35);
    for (const field of fields) {
      const gone = await refusal((line) => Reflect.deleteProperty(contextOf(line), field));
      expect([field, gone]).toEqual([field, expect.stringMatching(/cannot be used/)]);
      const other = await refusal((line) => Reflect.set(contextOf(line), field, Symbol.iterator));
      expect([field, other]).toEqual([field, expect.stringMatching(/cannot be used/)]);
    }
    expect(await refusal((line) => Reflect.set(contextOf(line), 'more', 1))).toMatch(
      /cannot be used/,
    );
    const short = { ...good.original!, id: 'abc' };
    expect(await refusal((line) => Reflect.set(contextOf(line), 'original', short))).toMatch(
      /original/,
    );
  });

  it('is as good as what was written', async () => {
    const there = await stoppedAt('cutover.namingReplacement');
    const snapshot = rehydrated(lastOf(there));
    expect(snapshot.context).toEqual(contextOf(lastOf(there)));
    expect(snapshot.value).toEqual({ cutover: 'namingReplacement' });
  });
});
