/** All that a container has logged, piece by piece. */
import { describe, expect, test } from 'vitest';
import {
  EngineAnswerInvalid,
  EngineRefused,
  EngineUnreachable,
} from '../../../src/docker/errors.js';
import { exists, failureOf, fakePort, type Fake } from './fake.js';

const LINES = 'T1 a\nT2 b\u001b\nT3 c\n';
const quick = { deadlines: { look: 400 } };

async function read({ port }: Fake, id: string, signal?: AbortSignal) {
  const pieces: Uint8Array[] = [];
  const options = signal === undefined ? {} : { signal };
  const readable = await port.readLogs(id, (piece) => void pieces.push(piece), options);
  return { readable, text: Buffer.concat(pieces).toString() };
}

describe('reading all logs', () => {
  test('gives both streams in order, as they are, wherever the frames were cut', async () => {
    const fake = fakePort();
    expect(await read(fake, 'x')).toEqual({ readable: true, text: LINES });
    expect(fake.requests().at(-1)).toContain('/containers/x/logs?stdout=1&stderr=1&timestamps=1');
    expect(await read(fake, 'tty')).toEqual({ readable: true, text: 'T1 raw\r\n' });
  });

  test('says where the log driver cannot be read, and fails where the engine will not', async () => {
    const fake = fakePort();
    expect(await read(fake, 'unreadable')).toEqual({ readable: false, text: '' });
    expect(await failureOf(read(fake, 'unwilling'))).toBeInstanceOf(EngineRefused);
  });

  test('takes longer than the deadline while pieces come, and no longer than that when none do', async () => {
    const fake = fakePort('serve', quick);
    const before = performance.now();
    expect(await read(fake, 'patters')).toEqual({ readable: true, text: LINES });
    expect(performance.now() - before).toBeGreaterThan(quick.deadlines.look);
    expect(await failureOf(read(fake, 'stalls'))).toBeInstanceOf(EngineUnreachable);
  });

  test('ends with the caller', async () => {
    const reading = read(fakePort(), 'stalls', AbortSignal.timeout(100));
    expect(await failureOf(reading)).toBeInstanceOf(EngineUnreachable);
  });

  test('is not whole where it breaks off, or where the engine cannot read on', async () => {
    const fake = fakePort();
    expect(await failureOf(read(fake, 'breaks'))).toBeInstanceOf(EngineUnreachable);
    const damaged = await failureOf(read(fake, 'damaged'));
    expect(damaged).toBeInstanceOf(EngineAnswerInvalid);
    expect(damaged.message).toContain('Error grabbing logs: EOF');
  });

  test.each(['x', 'tty', 'patters', 'stalls'])(
    'ends, and the connection with it, when a piece of %s cannot be taken',
    async (id) => {
      const fake = fakePort();
      const full = new Error('no space left on device');
      const reading = fake.port.readLogs(id, () => {
        throw full;
      });
      expect(await failureOf(reading)).toBe(full);
      await fake.port.close();
      expect(fake.pids().filter(exists)).toEqual([]);
    },
  );
});
