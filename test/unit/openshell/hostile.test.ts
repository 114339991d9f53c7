/** Clients that hang, flood, cannot be run or will not die: each call ends, and nothing is left of it. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createOpenShellPort } from '../../../src/openshell/adapter/index.js';
import { GatewayAnswerInvalid, GatewayUnreachable } from '../../../src/openshell/errors.js';
import { failureOf, fake, folder, isAlive, ref } from './fake.js';

const SELF = `fs.writeFileSync(__dirname + '/pid', String(process.pid));`;
const pidIn = (where: string, name = 'pid'): number =>
  Number(readFileSync(join(where, name), 'utf8'));

async function expectSoon(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !condition(); tries += 1)
    await new Promise((resolve) => {
      setTimeout(resolve, 25);
    });
  expect(condition()).toBe(true);
}

describe('a client that cannot be run', () => {
  const kindOf = async (port: ReturnType<typeof createOpenShellPort>): Promise<string> => {
    const kinds = await Promise.all(
      [
        port.capabilities(),
        port.listSandboxes(null),
        port.exec(ref('box'), ['true']),
        port.startSandbox(ref('box')),
      ].map(async (call) => {
        const error = await failureOf(call);
        return error instanceof GatewayUnreachable ? error.kind : error.name;
      }),
    );
    return [...new Set(kinds)].join();
  };

  test('is not there', async () => {
    expect(await kindOf(createOpenShellPort({ bin: join(folder(), 'openshell') }))).toBe(
      'client-missing',
    );
  });

  test('is not on the PATH', async () => {
    expect(await kindOf(createOpenShellPort({ env: { PATH: folder() } }))).toBe('client-missing');
  });

  test('is found on the PATH that was given', async () => {
    const { folder: where } = fake('');
    const port = createOpenShellPort({ env: { PATH: `${where}:/usr/bin:/bin` } });
    expect(await port.capabilities()).toMatchObject({ version: '0.0.111' });
  });

  test.each([
    ['is not executable', '#!/bin/sh\n', 0o644],
    ['is a folder', null, 0o755],
    ['has an interpreter that is not there', '#!/nowhere/sh\n', 0o755],
  ])('%s', async (_, text, mode) => {
    const where = folder();
    const bin = text === null ? where : join(where, 'openshell');
    if (text !== null) writeFileSync(bin, text);
    chmodSync(bin, mode);
    expect(await kindOf(createOpenShellPort({ bin }))).toBe('client-missing');
  });

  test('is a script around something that is not there', async () => {
    const bin = join(folder(), 'openshell');
    writeFileSync(bin, '#!/bin/sh\nexec /nowhere/openshell "$@"\n');
    chmodSync(bin, 0o755);
    const error = await failureOf(createOpenShellPort({ bin }).listSandboxes(null));
    expect((error as GatewayUnreachable).kind).toBe('client-missing');
    expect(error.message).toContain('/nowhere/openshell');
  });

  test('is one in a folder that has gone: the working folder is not asked about', async () => {
    const { bin } = fake(`out(process.cwd());`);
    const port = createOpenShellPort({ bin, cwd: '/' });
    expect((await port.exec(ref('box'), ['x'])).output).toBe('/');
  });
});

describe('a client that does not end', () => {
  test('is ended at its deadline, SIGTERM or not', async () => {
    const { port, folder: where } = fake(
      `process.on('SIGTERM', () => {}); process.on('SIGINT', () => {}); ${SELF} setInterval(() => {}, 1000);`,
      { deadlines: { look: 1000 } },
    );
    const error = await failureOf(port.listSandboxes(null));
    expect(error).toBeInstanceOf(GatewayUnreachable);
    expect((error as GatewayUnreachable).kind).toBe('down');
    await expectSoon(() => !isAlive(pidIn(where)));
  });

  test('is ended with all that it has started', async () => {
    const { port, folder: where } = fake(
      `const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
       fs.writeFileSync(__dirname + '/pid', String(child.pid)); setInterval(() => {}, 1000);`,
      { deadlines: { look: 1500 } },
    );
    await failureOf(port.listSandboxes(null));
    await expectSoon(() => !isAlive(pidIn(where)));
  });

  test('is ended when nobody waits for it any more', async () => {
    const { port, folder: where } = fake(`${SELF} setInterval(() => {}, 1000);`);
    const control = new AbortController();
    const failed = failureOf(port.listSandboxes(null, { signal: control.signal }));
    await expectSoon(() => existsSync(join(where, 'pid')));
    control.abort();
    expect((await failed).message).toContain('cancelled');
    await expectSoon(() => !isAlive(pidIn(where)));
  });

  test('has ended though a child of its own holds its output open', async () => {
    const { port, folder: where } = fake(
      `out('[]');
       const child = require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 20000)'], { stdio: 'inherit', detached: true });
       fs.writeFileSync(__dirname + '/pid', String(child.pid)); child.unref();`,
    );
    const before = performance.now();
    expect(await port.listSandboxes(null)).toEqual([]);
    expect(performance.now() - before).toBeLessThan(15_000);
    expect(isAlive(pidIn(where))).toBe(true);
    process.kill(pidIn(where), 'SIGKILL');
  });
});

describe('a client that floods', () => {
  test.each([
    [
      'a list of 100 MB',
      `const piece = JSON.stringify('a'.repeat(1e6)); out('['); for (let n = 0; n < 100; n += 1) out(piece + ',');`,
    ],
    ['a list that never ends', `${SELF} out('['); for (;;) out('{"name":"box"},'.repeat(1000));`],
  ])('%s ends the call', async (_, body) => {
    const { port, folder: where } = fake(body, { deadlines: { look: 60_000 } });
    const error = await failureOf(port.listSandboxes(null));
    expect(error).toBeInstanceOf(GatewayAnswerInvalid);
    expect(error.message).toMatch(/longer than \d+ bytes/);
    if (existsSync(join(where, 'pid'))) await expectSoon(() => !isAlive(pidIn(where)));
  });

  test('stderr without end is passed over, but for its end', async () => {
    const { port } = fake(
      `err('e'.repeat(20_000_000)); err('\\n\\u001b]0;title\\u0007Error:   × status: NotFound, message: "' + 'no'.repeat(5000) + '"\\n'); process.exit(1);`,
    );
    const error = await failureOf(port.listSandboxes(null));
    expect(error.name).toBe('GatewayRefused');
    expect(error.message.length).toBeLessThan(1200);
    expect(error.message).not.toMatch(/\p{Cc}/u);
  });

  test('one whose help never ends is no client', async () => {
    const { port } = fake('', { help: `for (;;) out('--output json '.repeat(1000));` });
    expect(await failureOf(port.capabilities())).toBeInstanceOf(GatewayAnswerInvalid);
  });
});

describe('a child', () => {
  test('has a group of its own, no terminal to read from, and no colours', async () => {
    const { port } = fake(
      `out(JSON.stringify({ group: process.ppid !== 0 && Number(fs.readFileSync('/proc/self/stat', 'utf8').split(' ')[4]) === process.pid, stdin: fs.readFileSync(0, 'utf8'), env: [process.env.NO_COLOR, process.env.RUST_LOG, process.env.FORCE_COLOR ?? null, process.env.KEPT] }));`,
      { env: { ...process.env, FORCE_COLOR: '1', RUST_LOG: 'trace', KEPT: 'kept' } },
    );
    expect(JSON.parse((await port.exec(ref('box'), ['x'])).output)).toEqual({
      group: true,
      stdin: '',
      env: ['1', 'off', null, 'kept'],
    });
  });
});
