/** Files that are written piece by piece. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeInPieces } from '../../../src/runtime/files.js';
import { RunFolder } from '../../../src/runtime/store.js';
import { folder, runId, smallDisk } from './lines.js';

const begun = (at = folder()): { file: string; logs: string } => {
  const logs = path.join(at, 'logs');
  return { logs, file: path.join(logs, 'original.log') };
};
const modeOf = (file: string): string => (fs.statSync(file).mode & 0o777).toString(8);

describe('a file of pieces', () => {
  it('is there once it is whole, for nobody else to read', async () => {
    const { file, logs } = begun();
    const answer = await writeInPieces(file, (take) => {
      take(Buffer.from('one\n'));
      expect(fs.existsSync(file)).toBe(false);
      take(Buffer.from([0xff, 0x1b]));
      return Promise.resolve('answer');
    });
    expect(answer).toBe('answer');
    expect(fs.readFileSync(file)).toEqual(Buffer.from([...Buffer.from('one\n'), 0xff, 0x1b]));
    expect([modeOf(logs), modeOf(file), fs.readdirSync(logs)]).toEqual([
      '700',
      '600',
      ['original.log'],
    ]);
  });

  it('of none is not made, and no folder for it', async () => {
    const { file, logs } = begun();
    await writeInPieces(file, () => Promise.resolve());
    expect(fs.existsSync(logs)).toBe(false);
  });

  it('that fails, or whose writer was killed, leaves what was there before', async () => {
    const { file, logs } = begun();
    const write = (text: string, fails = false) =>
      writeInPieces(file, (take) => {
        take(Buffer.from(text));
        return fails ? Promise.reject(new Error('it broke off')) : Promise.resolve();
      });
    await write('whole');
    await expect(write('half', true)).rejects.toThrow('it broke off');
    expect([fs.readdirSync(logs), fs.readFileSync(file, 'utf8')]).toEqual([
      ['original.log'],
      'whole',
    ]);
    fs.writeFileSync(`${file}.new`, 'as kill -9 leaves it');
    await write('anew');
    expect([fs.readdirSync(logs), fs.readFileSync(file, 'utf8')]).toEqual([
      ['original.log'],
      'anew',
    ]);
  });

  it('leaves nothing of what a killed process had begun, also where no piece comes', async () => {
    const { file, logs } = begun(folder());
    fs.mkdirSync(logs, { recursive: true });
    fs.writeFileSync(`${file}.new`, 'half');
    await writeInPieces(file, () => Promise.resolve());
    expect(fs.readdirSync(logs)).toEqual([]);
  });

  it('on a disk that is too small gives back what it took, and every descriptor', async () => {
    const { file, logs } = begun(smallDisk('1400k'));
    const open = fs.readdirSync('/proc/self/fd').length;
    const writing = writeInPieces(file, (take) => {
      for (let piece = 0; piece < 100; piece++) take(Buffer.alloc(65_536, 'x'));
      return Promise.resolve();
    });
    await expect(writing).rejects.toThrow('ENOSPC');
    expect(fs.readdirSync(logs)).toEqual([]);
    expect(fs.readdirSync('/proc/self/fd').length).toBe(open);
  });
});

it('a run lists the logs that it kept whole', async () => {
  const run = new RunFolder(folder(), runId);
  expect(run.keptLogs()).toEqual([]);
  fs.mkdirSync(run.folder, { recursive: true });
  const taking = (take: (bytes: Uint8Array) => void) => Promise.resolve(take(Buffer.from('x')));
  await run.writeLog('replacement.log', taking);
  fs.writeFileSync(path.join(run.folder, 'logs', 'original.log.new'), 'half');
  expect(run.keptLogs()).toEqual([path.join(run.folder, 'logs', 'replacement.log')]);
});
