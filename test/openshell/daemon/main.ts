/**
 * A gateway's process. What it is comes from the environment: OPENSHELL_EMULATOR_DIR (its folder),
 * _GENERATION, _SPEED, _LAG_MS, _SUPERVISOR_MS, _NO_SUPERVISOR_FILE, _FIRST_SWEEP_MS, _NAMESPACE; the engine is
 * DOCKER_HOST. With `--while-stdin` it ends when its standard input does.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Gateway, SWEEP_MS } from '../gateway.js';
import { isGeneration } from '../generation.js';
import { DockerEngine } from './engine.js';
import { DEFAULT_NAMESPACE } from '../watched.js';
import { serveClients } from './clients.js';
import { serve } from './server.js';

/** How often it looks for supervisors while no poll is due. */
const TICK_MS = 100;

const given = (name: string, otherwise: string): string =>
  process.env[`OPENSHELL_EMULATOR_${name}`] ?? otherwise;

function numberOf(name: string, otherwise: number): number {
  const number = Number(given(name, String(otherwise)));
  if (!Number.isFinite(number)) throw new Error(`OPENSHELL_EMULATOR_${name} is no number`);
  return number;
}

async function main(): Promise<void> {
  const generation = given('GENERATION', 'lifecycle');
  if (!isGeneration(generation)) throw new Error(`${generation} is no generation`);
  const dir = given('DIR', '');
  if (dir === '') throw new Error('OPENSHELL_EMULATOR_DIR names no folder');
  const speed = numberOf('SPEED', 1);
  const began = Date.now();
  const now = (): number => began + (Date.now() - began) * speed;
  const host = process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock';
  const supervisor = {
    // Containers live in real time, whatever the gateway's does.
    afterMs: numberOf('SUPERVISOR_MS', 300),
    unlessFile: given('NO_SUPERVISOR_FILE', ''),
  };
  const engine = new DockerEngine(host, supervisor, given('NAMESPACE', DEFAULT_NAMESPACE));
  const gateway = new Gateway({
    generation,
    engine,
    now,
    supervisorOf: engine.supervisorOf,
    lagMs: numberOf('LAG_MS', 0),
    firstSweepMs: numberOf('FIRST_SWEEP_MS', SWEEP_MS),
  });
  fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
  const socketPath = path.join(dir, 'gateway.sock');
  fs.rmSync(socketPath, { force: true });
  const advance = (): Promise<void> =>
    // An engine that does not answer is asked again; a gateway goes on.
    gateway.advance().catch((error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
    });
  await advance();
  await serve({ gateway, engine }, socketPath);
  fs.writeFileSync(path.join(dir, 'port'), String(await serveClients({ gateway, engine })));
  if (process.argv.includes('--while-stdin'))
    process.stdin.on('end', () => process.exit(0)).resume();
  process.stdout.write('ready\n');
  for (;;) {
    await sleep(Math.min(TICK_MS, Math.max(1, (gateway.nextDue - now()) / speed)));
    await advance();
  }
}

await main();
