import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { exists, failureOf, fakePort } from './fake.js';

const until = async (condition: () => boolean): Promise<void> => {
  const end = Date.now() + 5000;
  while (!condition() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(condition()).toBe(true);
};

describe('connections', () => {
  test('looks that follow each other share one child', async () => {
    const { port, pids, requests, calls } = fakePort();
    for (let index = 0; index < 20; index += 1) await port.inspectImage('net');
    expect(pids()).toHaveLength(1);
    expect(requests()).toHaveLength(21);
    expect(calls.at(-1)).toMatchObject({
      method: 'GET',
      path: '/v1.51/images/net/json',
      status: 200,
    });
  });

  test('a long call does not hold up a look, and its connection serves the next one', async () => {
    const { port, pids } = fakePort();
    await port.inspectImage('net');
    const control = new AbortController();
    const hung = failureOf(port.startContainer('hang', { signal: control.signal }));
    await until(() => pids().length === 2);
    await port.inspectImage('net');
    await port.startContainer('done');
    await port.stopContainer('done', 1);
    control.abort();
    await hung;
    // One for looks, one for the call that hangs, one for the two that do not.
    expect(pids()).toHaveLength(3);
  });

  test('many looks at once use few children', async () => {
    const { port, pids } = fakePort();
    await Promise.all(Array.from({ length: 40 }, () => port.inspectImage('net')));
    expect(pids().length).toBeLessThanOrEqual(4);
  });

  test('a look over a connection that died unnoticed is asked again, once, over a new one', async () => {
    const { port, pids, requests } = fakePort();
    const first = await port.inspectImage('last');
    const second = await port.inspectImage('net');
    expect(second?.RepoTags).not.toEqual(first?.RepoTags);
    expect(pids()).toHaveLength(2);
    expect(requests().filter((line) => line.includes('/images/net'))).toHaveLength(1);
  });

  test('a child that ends while idle leaves the pool', async () => {
    const { port, pids, calls } = fakePort();
    await port.inspectImage('swansong');
    await until(() => !exists(pids()[0] ?? 0));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await port.startContainer('done');
    await port.inspectImage('net');
    expect(calls.filter((call) => call.error !== undefined)).toEqual([]);
  });

  test('an answer in many small pieces', async () => {
    const { port } = fakePort();
    expect(await port.inspectImage('slow')).toMatchObject({ RepoTags: ['net'] });
  });

  test('close kills and reaps every child, also twice, also before the first call', async () => {
    const { port, pids } = fakePort();
    await Promise.all([port.inspectImage('net'), port.startContainer('done')]);
    const hung = failureOf(port.startContainer('hang'));
    await until(() => pids().length >= 2);
    await Promise.all([port.close(), port.close()]);
    await hung;
    expect(pids().filter(exists)).toEqual([]);
    await fakePort().port.close();
  });

  test("a child stands outside the reach of the terminal's Ctrl-C", async () => {
    const { port, pids } = fakePort();
    await port.inspectImage('net');
    const groupOf = (pid: number): number =>
      Number(execFileSync('ps', ['-o', 'pgid=', '-p', String(pid)], { encoding: 'utf8' }));
    const [child = 0] = pids();
    expect(groupOf(child)).toBe(child);
    expect(groupOf(child)).not.toBe(groupOf(process.pid));
  });

  test('a lock that a child inherits is held until the port is closed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gpugraft-lock-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'lock');
    const fd = openSync(file, 'w');
    expect(
      spawnSync('flock', ['-n', '-x', '3'], { stdio: ['ignore', 'ignore', 'ignore', fd] }).status,
    ).toBe(0);
    const { port } = fakePort('serve', { inheritFds: [fd] });
    await port.inspectImage('net');
    closeSync(fd);
    const isFree = (): boolean => spawnSync('flock', ['-n', '-x', file, 'true']).status === 0;
    expect(isFree()).toBe(false);
    await port.close();
    expect(isFree()).toBe(true);
  });
});
