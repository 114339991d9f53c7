/** What the client can do is asked of it, once, and no failure is taken for a no. */
import { describe, expect, test } from 'vitest';
import { GatewayAnswerInvalid, GatewayUnreachable } from '../../../src/openshell/errors.js';
import { failureOf, fake, ref } from './fake.js';

describe('capabilities', () => {
  test('of the old generation', async () => {
    expect(await fake('', { generation: 'old' }).port.capabilities()).toEqual({
      lifecycle: false,
      json: true,
      workspace: false,
      version: '0.0.44',
    });
  });

  test('of the new generation', async () => {
    expect(await fake('').port.capabilities()).toEqual({
      lifecycle: true,
      json: true,
      workspace: true,
      version: '0.0.111',
    });
  });

  test('are asked for once, however many ask at the same time', async () => {
    const { port, all } = fake('');
    const answers = await Promise.all([port.capabilities(), port.capabilities()]);
    expect(answers[0]).toEqual(answers[1]);
    await port.capabilities();
    expect(all().toSorted()).toEqual([
      ['--version'],
      ['sandbox', 'list', '--help'],
      ['sandbox', 'stop', '--help'],
    ]);
  });

  test('without any options, in a client that has none', async () => {
    const help = `if (at('sandbox', 'list', '--help')) { out('USAGE\\n  openshell sandbox list\\n  Lists what --workspace and --output json would.\\n      --workspace-id <ID>\\n  -o, --output-dir <DIR>\\n'); process.exit(0); }`;
    expect(await fake('', { help }).port.capabilities()).toMatchObject({
      json: false,
      workspace: false,
    });
  });

  test.each([
    ['fails', 'process.exit(1)'],
    ['dies', `process.kill(process.pid, 'SIGSEGV')`],
    [
      'ends with 2, and not for the command',
      `err("error: the terminal is on fire\\n"); process.exit(2)`,
    ],
    [
      'cannot load a library',
      `err('openshell: libc.so.6: version GLIBC_2.39 not found\\n'); process.exit(1)`,
    ],
    ['hangs', 'setInterval(() => {}, 1000); return'],
  ])('are no verdict where the client %s', async (_, body) => {
    const help = `if (at('sandbox', 'stop')) return (() => { ${body} })();`;
    const { port } = fake('', { help, deadlines: { help: 800 } });
    expect((await failureOf(port.capabilities())).name).not.toBe('GatewayAmbiguous');
  });

  test('are no verdict where something else is printed', async () => {
    const help = `if (at('sandbox', 'stop')) { out('Manage sandboxes\\n'); process.exit(0); }`;
    expect(await failureOf(fake('', { help }).port.capabilities())).toBeInstanceOf(
      GatewayAnswerInvalid,
    );
  });

  test('are asked for anew after a failure', async () => {
    const help = `if (at('sandbox', 'stop') && !fs.existsSync(__filename + '.once')) { fs.writeFileSync(__filename + '.once', ''); process.exit(1); }`;
    const { port } = fake('', { help });
    await failureOf(port.capabilities());
    expect(await port.capabilities()).toMatchObject({ lifecycle: true });
  });

  test('have no version where the client says none that is one', async () => {
    const help = `if (at('--version')) { out('a fish\\n'); process.exit(0); }`;
    expect(await fake('', { help }).port.capabilities()).toMatchObject({ version: null });
  });

  test('are not lost to the others when one gives up', async () => {
    const help = `if (at('sandbox', 'list', '--help')) { const until = Date.now() + 300; while (Date.now() < until); }`;
    const { port } = fake('', { help });
    const control = new AbortController();
    const one = failureOf(port.capabilities({ signal: control.signal }));
    const other = port.capabilities();
    control.abort();
    expect(await one).toBeInstanceOf(GatewayUnreachable);
    expect(await other).toMatchObject({ lifecycle: true });
  });
});

describe('a workspace', () => {
  const body = `out('[]'); `;

  test('is named to a client that knows them', async () => {
    const { port, calls } = fake(body);
    await port.sandbox(ref('box', 'team'));
    expect(calls()).toEqual([['sandbox', 'list', '-o', 'json', '--workspace', 'team']]);
  });

  test('is not named to one that does not, nor where nobody names one', async () => {
    const old = fake(body, { generation: 'old' });
    await old.port.sandbox(ref('box', 'team'));
    const other = fake(body);
    await other.port.listSandboxes(null);
    for (const { calls } of [old, other])
      expect(calls()).toEqual([['sandbox', 'list', '-o', 'json']]);
  });
});
