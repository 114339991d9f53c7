/**
 * `gpugraft create` as a process of its own, on real engines: the command is the `openshell` of a
 * gateway of either generation (`test/openshell/`), and makes a sandbox that is grafted meanwhile.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/report.js';
import { startGateway } from '../openshell/start.js';
import type { GatewaySetting, RunningGateway } from '../openshell/start.js';
import { Engine, at, root, text } from './support/engines.js';
import type { Doc } from './support/engines.js';
import type { Generation } from './support/sandbox.js';

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Making {
  readonly engine: Engine;
  readonly gateway: RunningGateway;
  /** @param when stderr has told this, `act` is done to the process; without it, its input has ended at once */
  run(words: readonly string[], when?: string, act?: (child: ChildProcess) => void): Promise<Ran>;
  /** All that the gateway takes for its own. */
  labelled(): Promise<Doc[]>;
  /** What a test has made, and whoever worked for it has left: containers by label or by mark. */
  litter(): Promise<string[]>;
  runs(): string[];
}

async function withGateway(
  kind: 'oldest' | 'newest',
  generation: Generation,
  body: (making: Making) => Promise<void>,
  more: Pick<GatewaySetting, 'speed' | 'supervisorMs'> = {},
): Promise<void> {
  const engine = await Engine.up(kind);
  const engineEnv = { DOCKER_HOST: engine.host };
  const gateway = await startGateway({ generation, engineEnv, ...more });
  const stateDir = fs.mkdtempSync(path.join(os.tmpdir(), 'gpugraft-test-'));
  const env = { ...process.env, ...gateway.env };
  const own = [
    '--host',
    engine.host,
    '--state-dir',
    stateDir,
    '--openshell-bin',
    gateway.openshell,
  ];
  const making: Making = {
    engine,
    gateway,
    run: (words, when = '', act = endInput) =>
      new Promise((resolve, reject) => {
        const bin = path.join(root, 'dist/src/cli/bin.js');
        const child = spawn(process.execPath, [bin, ...own, ...words], { env });
        const said = { stdout: '', stderr: '' };
        let waits = when !== '';
        if (!waits) endInput(child);
        child.on('error', reject);
        child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()));
        child.stderr.on('data', (chunk: Buffer) => {
          said.stderr += chunk.toString();
          if (!waits || !said.stderr.includes(when)) return;
          waits = false;
          act(child);
        });
        child.on('close', (code) => {
          if (waits) reject(new Error(`it never said ${when}: ${said.stderr}${said.stdout}`));
          else resolve({ code, ...said });
        });
      }),
    async labelled() {
      const filter = `label=openshell.ai/sandbox-namespace=${gateway.namespace}`;
      const ids = await engine.docker('ps', '-aq', '--no-trunc', '--filter', filter);
      const docs = await Promise.all(
        ids
          .split('\n')
          .filter((id) => id !== '')
          .map((id) => engine.inspect(id)),
      );
      return docs.filter((doc) => doc !== null);
    },
    async litter() {
      const all = await engine.list();
      const marked = all.filter((one) => JSON.stringify(one).includes(stateDir));
      return marked.flatMap(({ names }) => names);
    },
    runs: () => {
      const folder = path.join(stateDir, 'runs');
      return fs.existsSync(folder) ? fs.readdirSync(folder) : [];
    },
  };
  try {
    await body(making);
  } finally {
    for (const doc of await making.labelled()) await engine.docker('rm', '-f', text(doc, 'Id'));
    await gateway.stop();
    fs.rmSync(stateDir, { recursive: true, force: true });
  }
}

const endInput = ({ stdin }: ChildProcess): void => void stdin?.end();
/** The step of a graft that waits for the command. */
const RESTS = 'waiting to be finalized';
const reportIn = ({ stdout }: Ran): Report => JSON.parse(stdout) as Report;
/** The command that makes the sandbox. */
const making = [
  'openshell',
  'sandbox',
  'create',
  '--name',
  'box',
  '--from',
  'gpugraft/cuda:latest',
];
const shell = (...words: string[]): string[] => ['sh', '-c', ...words];
const create = (...command: string[]): string[] => [
  'create',
  'box',
  '--poll-interval',
  '200ms',
  '--stop-timeout',
  '1s',
  '--',
  ...command,
];

/** Alone, running, and Ready. */
async function expectReady({ gateway, labelled, litter }: Making): Promise<Doc | null> {
  await gateway.until('box', 'Ready');
  const [only, ...others] = await labelled();
  expect(others).toEqual([]);
  expect(at(only ?? null, 'State.Running')).toBe(true);
  expect(await litter()).toEqual([]);
  return only ?? null;
}

const hasGpu = (doc: Doc | null): boolean =>
  JSON.stringify(at(doc, 'HostConfig.DeviceRequests') ?? null).includes('gpu') ||
  at(doc, 'HostConfig.Runtime') === 'nvidia';

const on: readonly (readonly [Generation, 'oldest' | 'newest', steps: readonly string[]])[] = [
  ['early', 'oldest', ['claiming the replacement', RESTS]],
  ['lifecycle', 'newest', ['checking the GPU']],
];

describe.each(on)('%s gateway, %s engine', (generation, kind, steps) => {
  it('grafts the sandbox, and passes output and exit code on', async () => {
    await withGateway(kind, generation, async (scene) => {
      const ran = await scene.run(create(...making));
      expect(ran, ran.stderr).toMatchObject({ code: 0 });
      expect(ran.stdout).toContain('Sandbox');
      expect(ran.stdout).toMatch(/is ready\n[^]*grafted: /);
      expect(ran.stderr).toContain('Creating sandbox');
      expect(hasGpu(await expectReady(scene))).toBe(true);
      const again = await scene.run(['--json', ...create(...making)]);
      expect(again.code).toBe(3);
      expect(reportIn(again)).toMatchObject({
        outcome: 'refused',
        reason: { code: 'sandbox-exists' },
      });
      expect(again.stderr).not.toContain('Creating sandbox');
    });
  });

  it('stays grafted where the command runs something in the sandbox, which a graft cuts', async () => {
    await withGateway(kind, generation, async (scene) => {
      const ran = await scene.run(['--json', ...create(...making, '--', 'sleep', '100000')]);
      expect(ran.stderr).toContain('even if this command goes on');
      expect(ran.code, ran.stderr).not.toBe(0);
      const report = reportIn(ran);
      expect(report, ran.stderr).toMatchObject({ outcome: 'grafted', reason: null });
      const cut = report.warnings.find(({ code }) => code === 'command-cut');
      expect(cut?.message).toContain(`it ended with exit code ${ran.code}`);
      expect(hasGpu(await expectReady(scene))).toBe(true);
    });
  });

  it('takes the graft back where the command fails, and exits with its code', async () => {
    await withGateway(kind, generation, async (scene) => {
      const failing = shell('"$@" && cat && exit 7', 'sh', ...making);
      const ran = await scene.run(['--json', ...create(...failing)], RESTS);
      expect(ran, ran.stderr).toMatchObject({ code: 7 });
      const report = reportIn(ran);
      expect(report).toMatchObject({
        outcome: 'rolledBack',
        rolledBack: true,
        reason: { code: 'create-failed' },
      });
      expect(ran.stderr).toContain('is ready');
      expect(hasGpu(await expectReady(scene))).toBe(false);
    });
  });

  it('leaves nothing open where the command fails and takes the sandbox with it', async () => {
    await withGateway(kind, generation, async (scene) => {
      const deleting = '"$@" && cat && openshell sandbox delete box && exit 7';
      const ran = await scene.run(
        ['--json', ...create(...shell(deleting, 'sh', ...making))],
        RESTS,
      );
      expect(ran, ran.stderr).toMatchObject({ code: 7 });
      const report = reportIn(ran);
      expect(report, ran.stdout).toMatchObject({ outcome: 'stranded' });
      expect(report.reason?.code).toBe('both-gone');
      expect(await scene.labelled()).toEqual([]);
      expect(await scene.litter()).toEqual([]);
    });
  });

  it.each(steps)('is interrupted while it is %s, and leaves nothing behind', async (step) => {
    await withGateway(kind, generation, async (scene) => {
      const waiting = shell('"$@" && exec sleep 60', 'sh', ...making);
      const ran = await scene.run(create(...waiting), step, (child) => child.kill('SIGINT'));
      // Ended by the signal, which was passed on to it.
      expect(ran, ran.stderr).toMatchObject({ code: 130 });
      expect(ran.stdout).toMatch(/^(refused|rolled back)/m);
      expect(hasGpu(await expectReady(scene))).toBe(false);
    });
  });
});

it('disturbs no client that watches until Ready and fails at an Error before that', async () => {
  // A supervisor that takes longer than a graft, and a gateway that looks every 200 ms: one under it would be seen.
  const slow = { speed: 10, supervisorMs: 6000 };
  const body = async (scene: Making): Promise<void> => {
    const ran = await scene.run(create(...making));
    expect(ran, ran.stderr).toMatchObject({ code: 0 });
    expect(ran.stdout).toMatch(/is ready\n[^]*grafted: /);
    expect(ran.stdout).not.toContain('command-cut');
    expect(hasGpu(await expectReady(scene))).toBe(true);
  };
  await withGateway('oldest', 'early', body, slow);
});

// No gateway is asked for more than what it can do.
it('says where no container came, and where the command failed before', async () => {
  await withGateway('newest', 'early', async (scene) => {
    const ran = await scene.run(['--json', ...create('true')]);
    expect(ran.code).toBe(3);
    expect(reportIn(ran)).toMatchObject({ outcome: 'refused', reason: { code: 'no-sandbox' } });
    const failed = await scene.run(['--json', ...create(...shell('exit 9'))]);
    expect(failed.code).toBe(9);
    expect(reportIn(failed)).toMatchObject({ reason: { code: 'create-failed' } });
    const unknown = await scene.run(['--json', ...create('/no/such/command')]);
    expect(unknown.code).toBe(3);
    expect(reportIn(unknown)).toMatchObject({ reason: { code: 'command-not-begun' } });
    expect(scene.runs()).toEqual([]);
  });
});
