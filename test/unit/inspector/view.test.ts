/** What the page reckons, without a browser: the film at any of its frames, and the map of the machine. */
import { describe, expect, it } from 'vitest';
import { chart } from '../../../src/inspector/film/chart.js';
import type { Frame } from '../../../src/inspector/film/film.js';
import { Atlas } from '../../../src/inspector/view/atlas.js';
import { Reel, at, numberIn, textIn } from '../../../src/inspector/view/reel.js';
import { statelyEvents } from '../../../src/inspector/view/stately-events.js';
import { clockText, leftText, lengthText, spaced } from '../../../src/inspector/view/words.js';
import { enumeratePaths, smallSetting } from '../../../src/model/index.js';

const standing = { holder: 'alive', problem: null } as const;
const frame = (seq: number, more: Partial<Frame> = {}): Frame => ({
  seq,
  at: seq * 1000,
  state: 'discovery.locatingOriginal',
  cause: { kind: 'start', name: null, data: null },
  actor: null,
  over: false,
  changes: {},
  ...more,
});

describe('a reel', () => {
  const reel = new Reel('run');
  reel.add({
    frames: [
      frame(1, { changes: { mode: null, target: 'web' } }),
      frame(2, { changes: { mode: 'cdi' } }),
      frame(3, { at: 3500 }),
      frame(4, { changes: { mode: 'gpus' }, over: true }),
    ],
    calls: [{ seq: 2, method: 'GET', path: '/info', at: 0, tookMs: 1, status: 200 }],
    standing,
  });

  it('knows what held at any frame', () => {
    expect([0, 1, 2, 3].map((index) => reel.valueAt('mode', index))).toEqual([
      null,
      'cdi',
      'cdi',
      'gpus',
    ]);
    expect(reel.valueAt('mode', -1)).toBeUndefined();
    expect(reel.valueAt('target', 3)).toBe('web');
    expect(reel.valueAt('nothing', 3)).toBeUndefined();
  });

  it('knows how long each lasted, and which calls it made', () => {
    expect([0, 1, 2, 3].map((index) => reel.durationAt(index))).toEqual([1000, 1500, 500, null]);
    expect(reel.sinceBegin(2)).toBe(2500);
    expect(reel.callsAt(1)).toHaveLength(1);
    expect(reel.callsAt(0)).toEqual([]);
    expect(reel.visitsOf('discovery.locatingOriginal')).toEqual([0, 1, 2, 3]);
    expect(reel.isOver).toBe(true);
  });

  it('leaves out what it has been told before', () => {
    const twice = new Reel('run');
    twice.add({ frames: [frame(1), frame(2)], calls: [], standing });
    twice.add({ frames: [frame(2), frame(3)], calls: [], standing });
    expect(twice.frames.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it('reads into values that are something else', () => {
    expect(at('text', 'length')).toBeUndefined();
    expect(at({}, 'constructor')).toBeUndefined();
    expect(at([1], '0')).toBeUndefined();
    expect(textIn(4)).toBeNull();
    expect(numberIn('4')).toBeNull();
  });
});

describe("Stately's inspector", () => {
  it('is told of the machine once, then of each event and what came of it', () => {
    const reel = new Reel('run-1');
    const done = { kind: 'done', name: 'stopOriginal', data: { exitCode: 0 } } as const;
    reel.add({
      frames: [
        frame(1, { changes: { mode: 'cdi' } }),
        frame(2, { state: 'rollback.reattaching.choosingDependent', cause: done }),
        frame(3, {
          state: 'grafted',
          over: true,
          cause: { kind: 'cancel', name: 'CANCEL', data: { by: 'SIGINT' } },
        }),
      ],
      calls: [],
      standing,
    });
    const events = statelyEvents(reel, '{"id":"graft"}', 0);
    expect(events.map(({ type }) => type)).toEqual([
      '@xstate.actor',
      '@xstate.snapshot',
      '@xstate.event',
      '@xstate.snapshot',
      '@xstate.event',
      '@xstate.snapshot',
    ]);
    for (const event of events) {
      expect(event).toMatchObject({ rootId: 'run-1', sessionId: 'run-1', _version: '0.7.2' });
      expect(event.createdAt).toMatch(/^\d+$/);
    }
    expect(events[0]).toMatchObject({ name: 'graft', definition: '{"id":"graft"}' });
    expect(events[2]).toMatchObject({
      event: { type: 'xstate.done.actor.stopOriginal', output: { exitCode: 0 } },
    });
    expect(events[3]).toMatchObject({
      snapshot: {
        status: 'active',
        value: { rollback: { reattaching: 'choosingDependent' } },
        context: { mode: 'cdi' },
      },
    });
    expect(events[4]).toMatchObject({ event: { type: 'CANCEL', data: { by: 'SIGINT' } } });
    expect(events[5]).toMatchObject({ snapshot: { status: 'done', value: 'grafted' } });
    expect(statelyEvents(reel, '', 2)).toHaveLength(2);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  });
});

describe('the map', () => {
  const atlas = new Atlas(chart());

  it('has every state of the machine, each with its words', () => {
    expect(atlas.phases()).toHaveLength(7);
    for (const { path, description, step, cause } of atlas.leaves()) {
      expect([path, description !== '', step !== '', cause !== '']).toEqual([
        path,
        true,
        true,
        true,
      ]);
    }
  });

  it('finds the way of every step of every path, also through states that no journal names', () => {
    const missing = new Set<string>();
    let steps = 0;
    for (const { steps: all, end } of enumeratePaths({
      ...smallSetting,
      errorDebounce: 2,
      maxPolls: 2,
    })) {
      const states = [...all.map(({ state }) => state), end];
      states.slice(1).forEach((to, index) => {
        steps += 1;
        const from = states[index] ?? '';
        if (from !== to && atlas.route(from, to).length === 0) missing.add(`${from} -> ${to}`);
      });
    }
    expect(steps).toBeGreaterThan(10_000);
    expect([...missing]).toEqual([]);
  });

  it('finds none where the machine has none', () => {
    expect(atlas.route('discovery.locatingOriginal', 'cutover.startingReplacement')).toEqual([]);
    expect(atlas.route('strange', 'stranger')).toEqual([]);
  });
});

describe('words', () => {
  it.each([
    [270, '0.27 s'],
    [5000, '5.0 s'],
    [12_000, '12 s'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 5 min'],
    [-5, '0.00 s'],
  ])('for %i ms: %s', (ms, text) => expect(lengthText(ms)).toBe(text));

  it('for clocks, counts and names', () => {
    expect(clockText(90_120)).toBe('1:30.12');
    expect(clockText(59_999)).toBe('0:59.99');
    expect(leftText(841_300)).toBe('14 min 2 s left');
    expect(leftText(0)).toBe('no time left');
    expect(spaced('quiescingOriginal')).toBe('quiescing original');
  });
});
