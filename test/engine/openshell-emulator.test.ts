/** The gateway's process and its command line on real engines: the orders that were measured on real gateways. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startGateway } from '../openshell/start.js';
import type { GatewaySetting, RunningGateway } from '../openshell/start.js';
import { at, Engine, kinds, text } from './support/engines.js';
import type { Doc } from './support/engines.js';

/** One sandbox, and the gateway that watches it. */
interface Stage {
  readonly engine: Engine;
  readonly gateway: RunningGateway;
  readonly name: string;
  readonly original: string;
  /** Creates another container with the original's labels. */
  readonly second: () => Promise<string>;
}

const image = 'gpugraft/busybox:latest';

async function stage(
  engine: Engine,
  setting: Omit<GatewaySetting, 'engineEnv'>,
  body: (stage: Stage) => Promise<void>,
): Promise<void> {
  const gateway = await startGateway({ ...setting, engineEnv: { DOCKER_HOST: engine.host } });
  const name = `s${randomBytes(4).toString('hex')}`;
  const made: string[] = [];
  try {
    const original = await gateway.createSandbox(name);
    made.push(original);
    const labels = at(await engine.inspect(original), 'Config.Labels') as Doc;
    const given = Object.entries(labels).flatMap(([key, value]) => [
      '--label',
      `${key}=${String(value)}`,
    ]);
    const second = async (): Promise<string> => {
      const id = await engine.docker('create', '--init', ...given, image, 'sleep', '1000000');
      made.push(id);
      return id;
    };
    await body({ engine, gateway, name, original, second });
  } finally {
    await gateway.stop();
    await engine.docker('rm', '-f', ...made).catch(() => undefined);
  }
}

/** Waits for the next poll of the gateway. */
async function nextPoll({ gateway, name }: Stage): Promise<void> {
  const polls = async (): Promise<number> =>
    (await gateway.log(name)).entries.filter(({ kind }) => kind === 'poll').length;
  for (const before = await polls(); (await polls()) === before;) await sleep(20);
}

describe.concurrent.each(kinds)('%s', (kind) => {
  it("reads Error with the seed's order and a kept backup, until the sweep", async () => {
    const engine = await Engine.up(kind);
    const setting = { generation: 'early', speed: 10, firstSweepMs: 6_000_000 } as const;
    await stage(engine, setting, async (here) => {
      const { gateway, name, original } = here;
      await engine.docker('stop', '-t', '1', original);
      await engine.docker('rename', original, `${name}-backup`);
      await engine.docker('start', await here.second());
      await gateway.until(name, 'Error');
      for (let polls = 0; polls < 3; polls++) await nextPoll(here);
      const refused = await gateway.cli('sandbox', 'exec', '-n', name, '--', 'true');
      expect(refused).toMatchObject({ code: 1, stdout: '' });
      expect(refused.stderr).toContain('sandbox is not ready (phase: Error)');
      await gateway.look('sweep');
      expect(await gateway.phase(name)).toBe('Ready');
      await nextPoll(here);
      expect(await gateway.phase(name)).toBe('Ready');
      // What changes again is seen again.
      await engine.docker('rename', original, `${name}-renamed`);
      await gateway.until(name, 'Error');
    });
  });

  it('never reads Error where the original is removed before the next poll', async () => {
    const engine = await Engine.up(kind);
    // It stands all but still, so that every poll is one of the test's.
    await stage(engine, { generation: 'early', speed: 0.001 }, async (here) => {
      const { gateway, name, original } = here;
      const second = await here.second();
      await gateway.look('poll');
      await engine.docker('stop', '-t', '1', original);
      await engine.docker('start', second);
      await engine.docker('rm', original);
      await gateway.until(name, 'Ready');
      await gateway.look('poll');
      await gateway.look('sweep');
      expect(await gateway.phase(name)).toBe('Ready');
      const seen = await gateway.log(name);
      expect(seen.phases()).not.toContain('Error');
      expect(seen.labelled()).toEqual({ least: 1, most: 2 });
      expect((await gateway.cli('sandbox', 'exec', '-n', name, '--', 'true')).code).toBe(0);
    });
  });

  it('is Ready at the poll after the removal, where polls have seen the original stopped', async () => {
    const engine = await Engine.up(kind);
    await stage(engine, { generation: 'early', speed: 10, firstSweepMs: 600_000 }, async (here) => {
      const { gateway, name, original } = here;
      await engine.docker('stop', '-t', '1', original);
      await engine.docker('start', await here.second());
      await gateway.until(name, 'Error');
      await engine.docker('rm', original);
      await gateway.until(name, 'Ready');
      expect((await gateway.log(name)).labelled()).toEqual({ least: 1, most: 2 });
    });
  });

  it('takes a stop behind its back for the end, where it has a lifecycle', async () => {
    const engine = await Engine.up(kind);
    await stage(engine, { generation: 'lifecycle', speed: 10 }, async (here) => {
      const { gateway, name, original } = here;
      await engine.docker('stop', '-t', '1', original);
      await gateway.until(name, 'Error');
      const { stdout } = await gateway.cli('sandbox', 'get', name, '-o', 'json');
      expect(at(JSON.parse(stdout) as Doc, 'phase')).toBe('Error');
      expect(stdout).toContain('MainProcessExited');
      await engine.docker('start', original);
      await sleep(700);
      expect(await gateway.phase(name)).toBe('Error');
      const stopped = await gateway.cli('sandbox', 'stop', name);
      expect(stopped.code).toBe(1);
      expect(stopped.stderr).toContain('sandbox must be Ready to stop (current phase: Error)');
      const started = await gateway.cli('sandbox', 'start', name);
      expect(started.code).toBe(1);
      expect(started.stderr).toContain('sandbox must be Stopped to start (current phase: Error)');
      expect((await gateway.cli('sandbox', 'delete', name)).code).toBe(0);
      expect(await engine.inspect(original)).toBeNull();
      expect(await gateway.phase(name)).toBeNull();
    });
  });

  it('stays Stopped while a replacement is checked, and is Ready at once after `sandbox start`', async () => {
    const engine = await Engine.up(kind);
    await stage(engine, { generation: 'lifecycle', speed: 10 }, async (here) => {
      const { gateway, name, original } = here;
      expect((await gateway.cli('sandbox', 'stop', name)).code).toBe(0);
      expect(text(await engine.inspect(original), 'State.Status')).toBe('exited');
      const second = await here.second();
      await engine.docker('start', second);
      await gateway.look('sweep');
      await sleep(1000);
      expect(await gateway.phase(name)).toBe('Stopped');
      await engine.docker('rm', original);
      await sleep(300);
      expect(await gateway.phase(name)).toBe('Stopped');
      expect((await gateway.cli('sandbox', 'start', name)).code).toBe(0);
      expect(await gateway.phase(name)).toBe('Ready');
      await nextPoll(here);
      expect(await gateway.phase(name)).toBe('Ready');
      const seen = await gateway.log(name);
      expect(seen.phases()).not.toContain('Error');
      expect(
        seen.entries.some((entry) => entry.kind === 'sweep' && entry.phase === 'Stopped'),
      ).toBe(true);
      expect(seen.labelled().least).toBe(1);
    });
  });

  it('is Error for ever where the original is still there at `sandbox start`', async () => {
    const engine = await Engine.up(kind);
    await stage(engine, { generation: 'lifecycle', speed: 10 }, async (here) => {
      const { gateway, name, original } = here;
      await gateway.cli('sandbox', 'stop', name);
      const second = await here.second();
      // It waits for Ready, which may come before the poll that ends it.
      const started = await gateway.cli('sandbox', 'start', name);
      if (started.code !== 0)
        expect(started.stderr).toMatch(/MainProcessExited.*waiting for Ready/);
      expect(text(await engine.inspect(second), 'State.Status')).toBe('running');
      await gateway.until(name, 'Error');
      await engine.docker('rm', original);
      await nextPoll(here);
      expect(await gateway.phase(name)).toBe('Error');
    });
  });

  it('goes back by `sandbox start`, once the replacement is removed', async () => {
    const engine = await Engine.up(kind);
    await stage(engine, { generation: 'lifecycle', speed: 10 }, async (here) => {
      const { gateway, name, original } = here;
      await gateway.cli('sandbox', 'stop', name);
      const second = await here.second();
      await engine.docker('start', second);
      await engine.docker('rm', '-f', second);
      expect((await gateway.cli('sandbox', 'start', name)).code).toBe(0);
      expect(await gateway.phase(name)).toBe('Ready');
      expect(text(await engine.inspect(original), 'State.Status')).toBe('running');
      await nextPoll(here);
      expect(await gateway.phase(name)).toBe('Ready');
    });
  });
});

describe.concurrent('the gateway', () => {
  it('forgets a sandbox as soon as nothing is labelled', async () => {
    const engine = await Engine.up('newest');
    await stage(engine, { generation: 'lifecycle', speed: 10 }, async (here) => {
      const { gateway, name, original } = here;
      await engine.docker('rm', '-f', original);
      await gateway.until(name, null);
      expect((await gateway.cli('sandbox', 'get', name)).stderr).toContain('sandbox not found');
    });
  });

  it('has no supervisor while a file says so, and tells what a script says', async () => {
    const engine = await Engine.up('newest');
    const setting = { generation: 'early', speed: 10, noSupervisorFile: '/tmp/gone' } as const;
    await stage(engine, setting, async ({ gateway, name, original }) => {
      await engine.docker('exec', original, 'touch', '/tmp/gone');
      await gateway.until(name, 'Provisioning');
      await engine.docker('exec', original, 'rm', '/tmp/gone');
      await gateway.until(name, 'Ready');
      await gateway.script(name, { phases: ['Error', 'Error', 'Ready'], from: 'now' });
      const said = [1, 2, 3, 4].map(() => () => gateway.phase(name));
      const phases: unknown[] = [];
      for (const ask of said) phases.push(await ask());
      expect(phases).toEqual(['Error', 'Error', 'Ready', 'Ready']);
    });
  });

  it('lists what was true 12 s before, where it lags', async () => {
    const engine = await Engine.up('newest');
    await stage(engine, { generation: 'early', speed: 10 }, async ({ gateway, name, original }) => {
      await gateway.lag(12_000);
      await gateway.until(name, 'Ready');
      await engine.docker('stop', '-t', '1', original);
      await gateway.until(name, 'Error');
      const { entries } = await gateway.log(name);
      const since = entries.find((entry) => entry.kind === 'phase' && entry.to === 'Error');
      const told = entries.find((entry) => entry.kind === 'list' && entry.phase === 'Error');
      expect((told?.at ?? 0) - (since?.at ?? 0)).toBeGreaterThanOrEqual(12_000);
    });
  });
});

describe.concurrent('openshell', () => {
  it('of the early gateway prints, creates, passes exit codes on, and has no stop', async () => {
    const engine = await Engine.up('oldest');
    await stage(engine, { generation: 'early', speed: 10 }, async ({ gateway, name }) => {
      const listed = await gateway.cli('sandbox', 'list', '-o', 'json');
      const [sandbox] = (JSON.parse(listed.stdout) as Doc[]).filter((one) => one['name'] === name);
      expect(Object.keys(sandbox ?? {}).slice(0, 2)).toEqual(['id', 'name']);
      expect(sandbox).toMatchObject({ name, phase: 'Ready' });
      expect(sandbox).not.toHaveProperty('workspace');
      const plain = await gateway.cli('sandbox', 'list');
      expect(plain.stdout).toContain('\u001B[32mReady\u001B[39m');
      expect((await gateway.cli('status')).stdout).toContain('0.0.44');
      const help = await gateway.cli('sandbox', 'stop', '--help');
      expect(help).toMatchObject({ code: 2, stdout: '' });
      expect(help.stderr).toMatch(/^error: unrecognized subcommand 'stop'\n\nUsage: /);
      const scoped = await gateway.cli('sandbox', 'list', '--workspace', 'default');
      expect(scoped.code).toBe(2);
      expect(scoped.stderr).toContain("unexpected argument '--workspace' found");
      const failing = ['sh', '-c', 'echo inside; exit 7'];
      const ran = await gateway.cli('sandbox', 'exec', '-n', name, '--', ...failing);
      expect(ran).toMatchObject({ code: 7, stdout: 'inside\n' });
      const other = `${name}-other`;
      const made = await gateway.cli('sandbox', 'create', '--name', other, '--', ...failing);
      expect(made.code).toBe(7);
      expect(made.stdout).toMatch(/is ready\n.*inside\n$/s);
      const inspected = (await engine.list()).find((one) => one.names[0]?.includes(other));
      expect(inspected?.names[0]).toMatch(new RegExp(`^openshell-${other}-[0-9a-f-]{36}$`));
      expect(inspected?.labels).toMatchObject({ 'openshell.ai/sandbox-name': other });
      expect((await gateway.cli('sandbox', 'delete', other)).code).toBe(0);
    });
  });

  it('of the later gateway has stop, start and workspaces, and the command in the container', async () => {
    const engine = await Engine.up('oldest');
    await stage(engine, { generation: 'lifecycle', speed: 10 }, async ({ gateway, name }) => {
      const help = await gateway.cli('sandbox', 'stop', '--help');
      expect(help).toMatchObject({ code: 0, stderr: '' });
      expect(help.stdout).toContain('Usage: openshell sandbox stop');
      const elsewhere = ['sandbox', 'list', '-o', 'json', '--workspace', 'elsewhere'];
      expect(JSON.parse((await gateway.cli(...elsewhere)).stdout)).toEqual([]);
      const here = ['sandbox', 'list', '-o', 'json', '--workspace', 'default'];
      expect((await gateway.cli(...here)).stdout).toContain(name);
      const other = `${name}-other`;
      const command = ['sh', '-c', 'echo inside; sleep 2; exit 3'];
      const made = await gateway.cli('sandbox', 'create', '--name', other, '--', ...command);
      expect(made.code).toBe(3);
      expect(made.stdout).toContain('inside\n');
      await gateway.until(other, 'Error');
      expect((await gateway.cli('logs', other)).stdout).toBe('inside\n');
      const inspected = (await engine.list()).find((one) => one.names[0]?.includes(other));
      expect(inspected?.names[0]).toMatch(/^openshell-default--/);
      expect((await gateway.cli('sandbox', 'delete', other)).code).toBe(0);
    });
  });

  it('says so where there is no gateway', async () => {
    const engine = await Engine.up('oldest');
    await stage(engine, { generation: 'early' }, async ({ gateway }) => {
      await gateway.stop();
      const { code, stderr } = await gateway.cli('sandbox', 'list');
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /^Error: {3}× transport error\n.*tcp connect error\n.*Connection refused.*\n$/,
      );
    });
  });
});
