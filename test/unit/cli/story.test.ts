import { expect, test } from 'vitest';
import { storyFor } from '../../../src/cli/story/choose.js';
import type { Story } from '../../../src/cli/story/story.js';
import { EventStory } from '../../../src/cli/story/events.js';
import { LiveStory } from '../../../src/cli/story/live.js';
import { PlainStory } from '../../../src/cli/story/plain.js';
import { waitText } from '../../../src/cli/render/wait.js';
import { plainStyle, styleFor } from '../../../src/cli/style.js';
import type { Context } from '../../../machines/index.js';
import { context, FakeIo, progress } from './fake.js';

const waiting = (errors: number, verdict: string, reason: string): Context['wait'] => ({
  ...context().wait,
  polls: 1,
  errors,
  deadlineAt: Date.parse('2026-01-01T00:15:00Z'),
  last: { verdict, reason },
});
const now = Date.parse('2026-01-01T00:00:58Z');

test('the wait: the count, the reason, the time left', () => {
  expect(waitText(context(), now)).toBeNull();
  expect(waitText(context({ wait: { ...waiting(0, '', ''), last: null } }), now)).toBe(
    '842 s left',
  );
  const error = context({ wait: waiting(2, 'error', 'no \u001bsupervisor') });
  expect(waitText(error, now)).toBe('Error 2/3, 842 s left: no \\x1bsupervisor');
  expect(waitText(error, now + 1e9)).toBe('Error 2/3, 0 s left: no \\x1bsupervisor');
  expect(waitText(context({ wait: waiting(0, 'pending', '') }), now)).toBe('pending, 842 s left');
});

/** A run with two errors in its wait and a turn back. */
function tell(story: { entered(p: ReturnType<typeof progress>): void }, io: FakeIo): void {
  const at = (ms: number, state: string, step: string, fields: Partial<Context> = {}): void => {
    io.time = Date.parse('2026-01-01T00:00:00Z') + ms;
    io.tick?.();
    story.entered(progress(state, step, fields));
  };
  at(0, 'cutover.quiescingOriginal', 'stopping the original');
  at(300, 'confirmation.pollingSupervisor', 'asking');
  at(400, 'confirmation.pausing', 'waiting', { wait: waiting(1, 'error', 'down') });
  at(2400, 'confirmation.pollingSupervisor', 'asking', { wait: waiting(1, 'error', 'down') });
  at(2500, 'confirmation.pausing', 'waiting', { wait: waiting(2, 'error', 'down') });
  at(4500, 'confirmation.pollingSupervisor', 'asking', { wait: waiting(2, 'error', 'down') });
  const reason = { code: 'supervisor-error', message: '3 errors', hint: null };
  at(4600, 'rollback.stopping', 'stopping the replacement', {
    wait: waiting(3, 'error', 'down'),
    reason,
  });
  at(5000, 'rolledBack', 'rolled back', { reason });
}

test('without a terminal: one line a step, the count as it grows, the turn once', () => {
  const io = new FakeIo();
  tell(new PlainStory(io), io);
  expect(io.stderr.text).toMatchInlineSnapshot(`
    "  0.00 s  stopping the original
      0.30 s  asking
      0.40 s  waiting
      0.40 s  Error 1/3, 900 s left: down
       2.5 s  Error 2/3, 898 s left: down
       4.6 s  turning back: 3 errors
       4.6 s  stopping the replacement
    "
  `);
});

test('a long wait without news shows a sign of life', () => {
  const io = new FakeIo();
  const story = new PlainStory(io);
  story.entered(progress('confirmation.polling', 'asking'));
  for (let at = 0; at <= 65_000; at += 2000) {
    io.time = now + at;
    story.entered(
      progress('confirmation.pausing', 'waiting', { wait: waiting(0, 'pending', 'starting') }),
    );
  }
  expect(io.stderr.text.match(/pending, \d+ s left: starting/g)).toHaveLength(3);
});

test('only what goes back, or was never begun, turns back', () => {
  const told = (state: string, fields: Partial<Context>): string => {
    const io = new FakeIo();
    const reason = { code: 'why', message: 'something happened', hint: null };
    new PlainStory(io).entered(progress(state, 'ending', { reason, ...fields }));
    return io.stderr.text;
  };
  expect(told('rollback.proving', {})).toContain('turning back: something happened');
  expect(told('completion.clearing', { outcome: 'refused' })).toContain('turning back');
  // Closed on request, or confirmed and not to be verified.
  expect(told('completion.clearing', { outcome: 'stranded' })).toBe('  0.00 s  ending\n');
});

test.each([
  ['a log', () => new FakeIo(), (io: FakeIo): Story => new PlainStory(io)],
  [
    'a terminal',
    () => new FakeIo({ terminal: true }),
    (io: FakeIo): Story => new LiveStory(io, plainStyle),
  ],
])(
  'how the wait stood when its process died is not told by the one that recovers: %s',
  (...given) => {
    const [, makeIo, makeStory] = given;
    const io = makeIo();
    const story = makeStory(io);
    const wait = waiting(2, 'error', 'down');
    story.entered(progress('confirmation.assessing', 'looking', { wait }));
    story.entered(progress('confirmation.polling', 'asking', { wait }));
    expect(io.stderr.text).not.toContain('Error 2/3');
    const polled = { ...wait, polls: wait.polls + 1, errors: 3 };
    story.entered(progress('confirmation.pausing', 'waiting', { wait: polled }));
    expect(io.stderr.text).toContain('Error 3/3');
  },
);

test('a second run begins its own story', () => {
  const io = new FakeIo();
  const story = new PlainStory(io);
  story.entered(progress('cutover.a', 'stopping'));
  io.time += 5000;
  story.entered({ ...progress('cutover.a', 'stopping'), runId: 'run-2' });
  expect(io.stderr.text).toBe('  0.00 s  stopping\n  0.00 s  stopping\n');
});

test('on a terminal: finished steps stay, the line at work is redrawn and goes', () => {
  const io = new FakeIo({ terminal: true, columns: 60 });
  const story = new LiveStory(io, plainStyle);
  tell(story, io);
  story.say('SIGINT');
  story.end();
  expect(io.tick).toBeNull();
  const lines = io.stderr.text.split('\n').map((line) => line.split('\u001b[2K').at(-1));
  expect(lines).toEqual([
    '✓ stopping the original  0.30 s',
    '✓ asking  0.10 s',
    '✗ waiting  4.2 s',
    '↩ turning back: 3 errors',
    '✓ stopping the replacement  0.40 s',
    'SIGINT',
    '',
  ]);
  expect(io.stderr.text).toContain('Error 1/3, 898 s left: down');
  for (const drawn of io.stderr.text.split('\r\u001b[2K')) {
    expect(drawn.split('\n')[0]?.length ?? 0).toBeLessThan(60);
  }
});

test('--events: a JSON line for each state, and nothing for people', () => {
  const io = new FakeIo();
  const story: Story = new EventStory(io);
  const entered = progress('cutover.a', 'stopping');
  story.entered(entered);
  story.say('hello');
  expect(io.stderr.text.endsWith('\n')).toBe(true);
  expect(JSON.parse(io.stderr.text)).toEqual({
    schema: 1,
    runId: 'run-1',
    seq: entered.seq,
    at: entered.at,
    state: 'cutover.a',
  });
  expect(story.step).toBe('stopping');
});

test.each([
  [{}, {}, 'PlainStory'],
  [{ terminal: true }, {}, 'LiveStory'],
  [{ terminal: true, env: { TERM: 'dumb' } }, {}, 'PlainStory'],
  [{ terminal: true }, { quiet: true }, 'QuietStory'],
  [{ terminal: true }, { quiet: true, events: true }, 'EventStory'],
])('%j %j tells with %s', (options, flags, name) => {
  const story = storyFor(new FakeIo(options), flags);
  expect(story.constructor.name).toBe(name);
  story.entered(progress('cutover.a', 'stopping'));
  expect(story.step).toBe('stopping');
  story.end();
});

test.each([
  [{ terminal: true }, true, true],
  [{ terminal: true }, false, false],
  [{}, true, false],
  [{ terminal: true, env: { NO_COLOR: '1' } }, true, false],
  [{ terminal: true, env: { NO_COLOR: '' } }, true, true],
  [{ terminal: true, env: { TERM: 'dumb' } }, true, false],
])('%j, wanted %s: colours %s', (options, wanted, coloured) => {
  const io = new FakeIo(options);
  expect(styleFor(io.stdout, io.env, wanted).bold('x') !== 'x').toBe(coloured);
});
