/** No value of the environment leaves the container's own documents (invariant 19). */
import { describe, expect, it } from 'vitest';
import { describeEnd } from '../../../src/actors/support/look.js';
import { bundle } from '../../../src/diagnostics/bundle.js';
import { redactorFor } from '../../../src/diagnostics/redact.js';
import { rawContainer } from '../../../src/docker/raw.js';
import type { GatewayTexts } from '../../../src/openshell/port.js';
import { Lab } from '../../harness/index.js';
import { stage } from '../actors/stage.js';

const key = '-----BEGIN KEY-----\ncanary-line-one\ncanary-line-two\n-----END KEY-----';
const env = { TOKEN: 'canary-token', KEY: key, QUOTED: 'canary"quoted\\value', SHORT: 'abc' };
const redact = redactorFor({
  Config: { Env: Object.entries(env).map(([k, v]) => `${k}=${v}`) },
} as never);

describe('redaction', () => {
  it('takes values out, whole and by their lines, the longest first', () => {
    expect(redact('a canary-token b')).toBe('a <redacted> b');
    expect(redact(`<${key}>`)).toBe('<<redacted>>');
    expect(redact('canary-line-one\r\ncanary-line-two\r\n')).not.toContain('canary');
    expect(redact('abc stays: too short to be a secret')).toContain('abc');
  });
});

describe('the words of a command', () => {
  const taken = (words: readonly string[], text: string) =>
    redactorFor({ Config: { Env: [], Cmd: words } } as never)(text);
  it.each<[readonly string[], string]>([
    [['serve', '--token=canary-1'], 'canary-1'],
    [['serve', '--api-key', 'canary-2'], 'canary-2'],
    [['sh', '-c', 'DB_PASSWORD="canary 3" exec serve'], 'canary 3'],
    [['serve', 'postgres://app:canary-4@db/app'], 'canary-4'],
    [['serve', 'sk3canarycanarycanarycanary5'], 'sk3canarycanarycanarycanary5'],
    [['curl', '-H', 'Authorization: canary-6'], 'canary-6'],
    [['vault-agent', '-p', 'canary-8'], 'canary-8'],
    [['mysqld_safe', '--port', '8080', '-pcanary-9'], 'canary-9'],
    [['sh', '-c', 'redis-cli -h db -a canary-10 ping'], 'canary-10'],
    [['sh', '-c', 'curl -u probe:canary-11 localhost'], 'canary-11'],
    [['curl', '--user=probe:canary-12'], 'canary-12'],
    [['redis-server', '--requirepass', 'canary-13'], 'canary-13'],
  ])('of %j are no secret any more', (words, secret) => {
    expect(taken(words, `started with ${secret} and port 8080`)).toBe(
      'started with <redacted> and port 8080',
    );
  });
  it('stay as they are where they are none', () => {
    const words = [
      '/usr/local/bin/serve-the-application-2',
      '--port',
      '8080',
      '--config=/etc/app-2.yaml',
      'no password required',
      '-p',
      '8080:80',
      'mkdir -p data/started && cp -p started.txt out; exec find started -print -p /started',
    ];
    const text = `exec: "${words.join(' ')}": not found`;
    expect(taken(words, text)).toBe(text);
  });
  // Where each pattern sees all of it, this takes longer than a test may.
  it('are found in a script of the length that a word may have', () => {
    const long = ['auth', 'mysql ', 'mkdir -p a ', 'mkdir -p '].map((word) =>
      word.repeat(130_000 / word.length),
    );
    const script = [...long, 'serve --token canary-15', ...long].join(' ');
    expect(taken(['sh', '-c', script], 'canary-15')).toBe('<redacted>');
  }, 20_000);
  it('that a person has run in it count too', () => {
    const redacted = redactorFor({ Config: { Env: [] } } as never, ['ask', '--token', 'canary-14']);
    expect(redacted('ask --token canary-14: no')).toBe('ask --token <redacted>: no');
  });
  it('of a health check count too', () => {
    const Healthcheck = { Test: ['CMD-SHELL', 'curl -u probe:x localhost?token=canary-7'] };
    const redacted = redactorFor({ Config: { Env: [], Healthcheck } } as never);
    expect(redacted('GET /?token=canary-7')).toBe('GET /?token=<redacted>');
  });
});

describe('how a container ended', () => {
  const logs = (text: string) => ({ logs: text, exit: { afterMs: 5, code: 1 } });
  async function told(text: string) {
    const { engine, scope } = stage();
    const id = engine.run({ name: 'box', env }, logs(text));
    engine.clock.advance(10);
    const raw = await scope.docker.inspectContainer(id);
    return describeEnd(scope, rawContainer.parse(raw));
  }

  it('is told without values in its logs, also those of several lines', async () => {
    const words = await told(`started\n${key}\nfailed with canary-token\n`);
    expect(words).toContain('with exit code 1; its last log lines:');
    expect(words).not.toContain('canary');
  });

  it('does not cut a value in half and show the rest', async () => {
    const words = await told(`canary-token${'x'.repeat(295)}\n`);
    expect(words).not.toContain('token');
  });

  it('is told without values in the engine error', async () => {
    const { engine, scope } = stage();
    const id = engine.run({ name: 'box', env });
    engine.outsider.crash(id, 1);
    const raw = rawContainer.parse(await scope.docker.inspectContainer(id));
    const State = { ...raw.State, Error: 'exec "canary-token": not found' };
    expect(await describeEnd(scope, { ...raw, State })).toContain('exec "<redacted>": not found');
  });
});

describe('the bundle', () => {
  it('names the environment, and has no value of it', async () => {
    const { engine, scope } = stage();
    const id = engine.run({ name: 'box', env, gpu: 'gpus' }, { logs: `${key}\ncanary-token\n` });
    const found = engine.find(id)!;
    found.error = `failed at canary"quoted\\value and ${key}`;
    const original = { id, name: 'box' } as never;
    const reason = { code: 'failed', message: 'it failed\nbadly', hint: null };
    const files = await bundle(
      { original, replacementId: id, gateway: null, reason, goes: true, again: false },
      scope,
    );
    expect([...files.keys()]).toEqual([
      'summary.txt',
      'original.json',
      'original.log',
      'replacement.json',
      'replacement.log',
      'containers.txt',
    ]);
    expect([...files.values()].join('\n')).not.toContain('canary');
    const shown = JSON.parse(files.get('replacement.json') ?? '') as Record<string, unknown>;
    expect(shown).toMatchObject({ id, environmentNames: Object.keys(env) });
    expect(Object.keys(shown)).toEqual([
      'id',
      'name',
      'image',
      'restartCount',
      'restartPolicy',
      'state',
      'environmentNames',
      'labelNames',
      'gpu',
      'networkMode',
      'networks',
      'mounts',
    ]);
    expect(files.get('summary.txt')).toContain('error=failed: it failed badly\n');
  });

  it('is a summary alone where the replacement is gone', async () => {
    const { scope } = stage();
    const gone = { original: { id: 'x', name: 'box' } as never, replacementId: 'y' };
    const reason = { code: 'failed', message: 'it failed', hint: null };
    expect([
      ...(await bundle({ ...gone, gateway: null, reason, goes: true, again: false }, scope)).keys(),
    ]).toEqual(['summary.txt']);
  });
});

describe('the bundle of a sandbox', () => {
  const gateway = { sandbox: 'box', workspace: null, lifecycle: false, wasReady: true };
  const reason = { code: 'failed', message: 'it failed', hint: null };
  const of = (texts: () => Promise<GatewayTexts>) => {
    const { engine, scope } = stage();
    const id = engine.run({ name: 'box', env }, { logs: 'words\n' });
    const input = { original: { id, name: 'box' } as never, replacementId: id, gateway };
    const openshell = { ...scope.openshell, texts };
    return bundle(
      { ...input, reason, goes: true, again: false },
      { ...scope, openshell },
      { patienceMs: 200 },
    );
  };

  it('has what the gateway says, without values', async () => {
    const texts = { sandbox: 'phase Error canary-token', list: 'box Error', logs: key };
    const files = await of(() => Promise.resolve(texts));
    expect(files.get('openshell-sandbox.txt')).toBe('phase Error <redacted>');
    expect(files.get('openshell-list.txt')).toBe('box Error');
    expect(files.get('openshell-logs.txt')).not.toContain('canary');
    expect(files.get('summary.txt')).toContain('sandbox_name=box\n');
  });

  it('does without a gateway that gives no answer, and has the rest', async () => {
    const files = await of(() => new Promise(() => undefined));
    expect([...files.keys()]).toEqual([
      'summary.txt',
      'original.json',
      'original.log',
      'replacement.json',
      'replacement.log',
      'containers.txt',
    ]);
  });
});

describe('the bundle of containers that are gone', () => {
  const gateway = { sandbox: 'box', workspace: null, lifecycle: true, wasReady: true };
  const reason = { code: 'failed', message: 'it failed', hint: null };
  const of = async (isRemembered: boolean) => {
    const { engine, scope } = stage();
    const id = engine.run({ name: 'box', env });
    const known = isRemembered ? rawContainer.parse(await scope.docker.inspectContainer(id)) : null;
    engine.outsider.remove(id);
    const texts = () => Promise.resolve({ sandbox: 'canary-token', list: '', logs: key });
    const input = { original: { id, name: 'box' } as never, replacementId: id, gateway };
    const openshell = { ...scope.openshell, texts };
    return bundle(
      { ...input, reason, goes: false, again: false },
      { ...scope, openshell },
      { known },
    );
  };

  it('shows no text whose secrets nobody knows', async () => {
    expect([...(await of(false)).keys()]).toEqual(['summary.txt']);
  });

  it('takes out what the original is remembered to have had', async () => {
    const files = await of(true);
    expect([...files.keys()]).toContain('openshell-logs.txt');
    expect([...files.values()].join('\n')).not.toContain('canary');
  });
});

describe('a whole run that is rolled back', () => {
  it('journals, reports and bundles no value, though everything repeats them', async () => {
    const lab = new Lab();
    const id = lab.engine.run({ name: 'box', restart: 'always', env, health: { cmd: 'x' } });
    lab.engine.script(({ name, id: it }) => name === 'box' && it !== id, {
      logs: `${key} canary-token\n`,
      exec: () => ({ exitCode: 1, output: `canary-token ${key}\n` }),
      health: [{ afterMs: 10, status: 'unhealthy' }],
    });
    const options = { ready: 'command' as const, readyCommand: ['ask'], errorDebounce: 3 };
    const gpuProof = { kind: 'none' as const };
    const { report, runId } = await lab.graft('box', { ...options, gpuProof });
    expect(report).toMatchObject({ outcome: 'rolledBack', reason: { code: 'supervisor-error' } });
    const run = lab.folder.run(runId);
    const written = JSON.stringify([run.lines, report, [...(run.diagnostics ?? [])]]);
    expect(written).not.toContain('canary');
    expect(JSON.stringify(run.rescue)).toContain('canary-token');
  });
});
