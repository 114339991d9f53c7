/** Hearing of starts. */
import { expect, test } from 'vitest';
import { EngineAnswerInvalid, EngineUnreachable } from '../../../src/docker/errors.js';
import { exists, failureOf, fakePort } from './fake.js';

test('hears that it listens, then each start, until the engine ends it', async () => {
  const fake = fakePort();
  let heard = 0;
  await fake.port.watchStarts(['a=b', 'ends'], () => (heard += 1));
  expect(heard).toBe(3);
  const asked = decodeURIComponent(fake.requests().at(-1) ?? '');
  // What happens between the answer's head and the engine's listening is in the past by then.
  const since = Date.UTC(2026, 0, 5, 9, 0, 0, 123) / 1000;
  expect(asked).toContain(`/events?since=${since}&filters=`);
  expect(asked).toContain('{"type":["container"],"event":["start"],"label":["a=b","ends"]}');
});

test('begins again after a silence, counted from what was heard last', async () => {
  const fake = fakePort('serve', { deadlines: { silence: 2000 } });
  let heard = 0;
  const before = performance.now();
  const failed = await failureOf(fake.port.watchStarts(['a=b'], () => (heard += 1)));
  expect(failed).toBeInstanceOf(EngineUnreachable);
  expect(heard).toBe(3);
  expect(performance.now() - before).toBeGreaterThan(2000);
});

test('ends with the caller, and its connection with it', async () => {
  const fake = fakePort();
  const cancel = new AbortController();
  let heard = 0;
  // In the middle of the stream: the first time is before it.
  const listen = () => (heard += 1) === 2 && cancel.abort();
  const watching = fake.port.watchStarts(['a=b'], listen, { signal: cancel.signal });
  expect(await failureOf(watching)).toBeInstanceOf(EngineUnreachable);
  await fake.port.close();
  expect(fake.pids().filter(exists)).toEqual([]);
});

test('does not listen from a time that nobody can read', async () => {
  const fake = fakePort('serve', {}, { TIME: 'yesterday' });
  const failed = await failureOf(fake.port.watchStarts(['a=b'], () => undefined));
  expect(failed).toBeInstanceOf(EngineAnswerInvalid);
});
