/** What a gateway has on record, asked through a real executable. */
import { describe, expect, test, vi } from 'vitest';
import {
  GatewayAnswerInvalid,
  GatewayRefused,
  GatewayUnreachable,
} from '../../../src/openshell/errors.js';
import type { GatewayTexts } from '../../../src/openshell/port.js';
import { failureOf, fake, ref } from './fake.js';

/** `rows(n, from)`: that many sandboxes, in JSON. */
const ROWS = `const rows = (n, from = 0) => Array.from({ length: n }, (_, i) => ({ id: 'id-' + (from + i), name: 'box-' + (from + i), workspace: 'default', phase: 'Ready' }));`;
const TABLE_ONLY = `if (at('sandbox', 'list', '--help')) { out('USAGE\\n  openshell sandbox list\\n'); process.exit(0); }`;

describe('a sandbox', () => {
  test('is found by its name', async () => {
    const { port } = fake(`${ROWS} out(JSON.stringify(rows(3)));`);
    expect(await port.sandbox(ref('box-1'))).toEqual({
      id: 'id-1',
      name: 'box-1',
      workspace: 'default',
      phase: 'ready',
      rawPhase: 'Ready',
      reason: null,
    });
    expect(await port.sandbox(ref('box-1', 'default'))).toMatchObject({ id: 'id-1' });
    expect(await port.sandbox(ref('box'))).toBeNull();
    expect(await port.sandbox(ref('box-1', 'other'))).toBeNull();
  });

  test('is found in the table of a client that has no JSON', async () => {
    const { port, calls } = fake(
      `out('\\u001b[1mNAME\\u001b[0m  \\u001b[1mCREATED\\u001b[0m  \\u001b[1mPHASE\\u001b[0m\\r\\nbox   today    \\u001b[31mError\\u001b[39m\\r\\n');`,
      { help: TABLE_ONLY },
    );
    expect(await port.sandbox(ref('box'))).toMatchObject({ phase: 'error', id: null });
    expect(await port.sandbox(ref('bo'))).toBeNull();
    expect(calls()[0]).toEqual(['sandbox', 'list']);
  });

  test('is found beyond the first page, by its place', async () => {
    const { port, calls } = fake(
      `${ROWS} const i = args.indexOf('--offset'); const from = i < 0 ? 0 : Number(args[i + 1]); out(JSON.stringify(rows(Math.min(100, 250 - from), from)));`,
    );
    expect(await port.sandbox(ref('box-249'))).toMatchObject({ id: 'id-249' });
    expect(calls().at(-1)).toEqual('sandbox list -o json --limit 100 --offset 200'.split(' '));
    expect(await port.sandbox(ref('box-250'))).toBeNull();
    expect(await port.listSandboxes(null)).toHaveLength(250);
  });

  test('is found beyond the first page, by its token', async () => {
    const { port, calls } = fake(
      `${ROWS} const next = args.at(-1).startsWith('--page-token=') ? '' : '--odd token'; out(JSON.stringify({ sandboxes: rows(2, next === '' ? 2 : 0), next_page_token: next }));`,
    );
    expect(await port.sandbox(ref('box-3', 'default'))).toMatchObject({ id: 'id-3' });
    expect(calls().at(-1)).toEqual([
      'sandbox',
      'list',
      '-o',
      'json',
      '--workspace',
      'default',
      '--page-token=--odd token',
    ]);
    expect(await port.listSandboxes(null)).toHaveLength(4);
  });

  test('is looked for no further than where it was found', async () => {
    const { port, calls } = fake(`${ROWS} out(JSON.stringify(rows(100)));`);
    expect(await port.sandbox(ref('box-99'))).not.toBeNull();
    expect(calls()).toHaveLength(1);
  });

  test('among ten thousand, in one answer', async () => {
    const { port, calls } = fake(`${ROWS} out(JSON.stringify(rows(10000), null, 2));`);
    expect(await port.listSandboxes(null)).toHaveLength(10_000);
    expect(calls()).toHaveLength(1);
  });

  test.each(['--help', '-n', '', 'a b', 'a\nb', 'a\u0000b', '../box', 'x'.repeat(254), '$(id)'])(
    'cannot be called %j, and nobody is asked',
    async (name) => {
      const { port, all } = fake(`out('[]');`);
      for (const call of [
        port.sandbox(ref(name)),
        port.sandbox(ref('box', name)),
        port.exec(ref(name), ['true']),
        port.stopSandbox(ref(name)),
        port.startSandbox(ref('box', name)),
      ]) {
        const error = await failureOf(call);
        expect(error).toBeInstanceOf(GatewayRefused);
        expect((error as GatewayRefused).code).toBe('Usage');
      }
      expect(all().every((args) => args.at(-1) === '--help' || args.at(-1) === '--version')).toBe(
        true,
      );
      expect(Object.values(await port.texts(ref(name))).join()).toContain('cannot be the name');
    },
  );
});

describe('a list that cannot be had', () => {
  test.each([
    [
      'a gateway that is down',
      `Error:   × transport error\n  ├─▶ tcp connect error\n  ╰─▶ Connection refused (os error 111)`,
      'down',
    ],
    [
      'a connection that broke',
      'Error:   × transport error\n  ╰─▶ Connection reset by peer',
      'down',
    ],
    ['a gateway that is overloaded', 'Error:   × status: Unavailable, message: "later"', 'down'],
    ['no gateway at all', 'Error:   × No active gateway.\n  │ Set one with: …', 'not-configured'],
    ['a client that fails', 'thread main panicked at src/main.rs', 'client-failed'],
  ])('%s', async (_, text, kind) => {
    const error = await failureOf(
      fake(`err(${JSON.stringify(text)}); process.exit(1);`).port.listSandboxes(null),
    );
    expect(error).toBeInstanceOf(GatewayUnreachable);
    expect((error as GatewayUnreachable).kind).toBe(kind);
    expect(error.message).toMatch(/^openshell sandbox list -o json: /);
  });

  test.each([
    ['status: Unauthenticated, message: "token expired"', 'Unauthenticated'],
    ['status: NotFound, message: "workspace not found"', 'NotFound'],
  ])('%s', async (text, code) => {
    const error = await failureOf(
      fake(`err('Error:   × ' + ${JSON.stringify(text)}); process.exit(1);`).port.sandbox(
        ref('box'),
      ),
    );
    expect(error).toBeInstanceOf(GatewayRefused);
    expect((error as GatewayRefused).code).toBe(code);
  });

  test.each([
    ['no JSON although asked', `out('NAME  PHASE\\nbox  Ready\\n');`],
    ['nothing', ''],
    ['bytes that are no UTF-8', 'fs.writeSync(1, Buffer.from([0xff, 0xfe, 0x5b, 0xc3, 0x28]));'],
    ['a table without a phase', `out('NAME  CREATED\\nbox   today\\n');`],
  ])('%s is no answer, and never "no record"', async (_, body) => {
    expect(await failureOf(fake(body).port.sandbox(ref('box')))).toBeInstanceOf(
      GatewayAnswerInvalid,
    );
  });

  test('whose pages never end', async () => {
    const { port } = fake(
      `out(JSON.stringify({ sandboxes: [], next_page_token: String(process.hrtime.bigint()) }));`,
      { deadlines: { look: 1000 } },
    );
    const error = await failureOf(port.listSandboxes(null));
    expect(error).toBeInstanceOf(GatewayUnreachable);
    expect(error.message).toContain('no answer within');
  });

  test('whose page follows itself', async () => {
    const { port } = fake(`out(JSON.stringify({ sandboxes: [], next_page_token: 'more' }));`, {
      deadlines: { look: 20_000 },
    });
    const error = await failureOf(port.sandbox(ref('box')));
    expect(error).toBeInstanceOf(GatewayAnswerInvalid);
    expect(error.message).toContain('no end');
  });
});

describe('texts', () => {
  test('are what the client prints, and why it does not', async () => {
    const { port, calls } = fake(
      `if (at('sandbox', 'list')) { out('\\u001b[1mNAME\\u001b[0m\\n'); }
       else if (at('logs')) { out('one\\n'); err('Warning: only the last 200 lines\\n'); }
       else { err('Error:   × status: NotFound, message: "sandbox not found"\\n'); process.exit(1); }`,
    );
    expect(await port.texts(ref('box', 'team'))).toEqual({
      sandbox: 'Error:   × status: NotFound, message: "sandbox not found"\n',
      list: 'NAME\n',
      logs: 'one\n\nWarning: only the last 200 lines\n',
    });
    expect(calls().toSorted()).toEqual([
      ['logs', 'box', '--workspace', 'team'],
      ['sandbox', 'get', 'box', '--workspace', 'team'],
      ['sandbox', 'list', '--workspace', 'team'],
    ]);
  });

  test('are waited for less long than whoever collects them waits, 8 s', async () => {
    const { port, calls } = fake(
      `if (at('sandbox', 'list')) out('NAME\\n'); else setInterval(() => {}, 1000);`,
    );
    // The time of our own timers alone: the client's processes are real.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      let texts: GatewayTexts | null = null;
      void port.texts(ref('box')).then((said) => (texts = said));
      const until = performance.now() + 20_000;
      while (calls().length < 3 && performance.now() < until)
        await new Promise((resolve) => setImmediate(resolve));
      expect(calls()).toHaveLength(3);
      await vi.advanceTimersByTimeAsync(7999);
      expect(texts).toBeNull();
      await vi.advanceTimersByTimeAsync(1);
      await vi.waitUntil(() => texts !== null);
      expect(texts).toEqual({
        list: 'NAME\n',
        sandbox: '(not to be had: openshell sandbox get box: no answer within 8 s)',
        logs: '(not to be had: openshell logs box: no answer within 8 s)',
      });
    } finally {
      vi.useRealTimers();
    }
  });

  test('end where they must, and never fail', async () => {
    const { port } = fake(
      `if (at('logs')) { setInterval(() => out('x'.repeat(65536)), 1); }
       else if (at('sandbox', 'get')) out('a'.repeat(10_000_000) + 'end');
       else process.kill(process.pid, 'SIGKILL');`,
      { deadlines: { look: 3000 } },
    );
    const texts = await port.texts(ref('box'));
    expect(texts.logs).toMatch(/^\(not to be had: .*no answer within 3 s/);
    expect(texts.list).toContain('SIGKILL');
    expect(texts.sandbox).toHaveLength(256 * 1024);
    expect(texts.sandbox).toMatch(/end$/);
  });
});
