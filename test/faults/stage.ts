/** The world of one scenario: an engine in memory with a container on it, and how it behaves. */
import type { Options, Undo } from '../../machines/index.js';
import { Lab, Watched, sandboxLabels, undoOf, type GatewayFault } from '../harness/index.js';
import { asksForGpu, type Call } from '../memory/index.js';
import { likeness } from './likeness.js';
import { isSandbox, type Scenario } from './scenario.js';

/** Nobody outside may ever read it: not in a journal, a report or a bundle. */
export const CANARY = 'canary-7f3a9c';
export const NAME = 'box';
export const TWIN = 'twin';
const WRITTEN = ['/etc/ours', '/var/ours'];
const DEBOUNCE = 3;
const READY_COMMAND = ['ready?'];
/** By then a gateway has seen it Ready. */
const SUPERVISED_MS = 3000;

const errors = (count: number) => Array.from({ length: count }, () => 'Error' as const);

export interface Stage {
  readonly lab: Lab;
  readonly watched: Watched;
  readonly options: Partial<Options>;
  /** What its layer had before. */
  readonly written: readonly string[];
  /** How often whatever has the GPU was asked whether it is ready. */
  readonly asked: { count: number };
  /** What the original was like, in the parts that a replacement has to share. */
  readonly was: Readonly<Record<string, string>>;
}

export async function stageOf(scenario: Scenario): Promise<Stage> {
  const { manager, policy, layer, state } = scenario;
  const gateway = manager === 'lifecycle' ? 'lifecycle' : 'early';
  const lab = new Lab({ engine: { apiVersion: '1.51' }, gateway });
  const { engine } = lab;
  engine.run({ name: 'bystander', volumes: ['theirs:/theirs'] });
  const written = layer === 'carried' ? WRITTEN : [];
  const id = engine.run({
    name: NAME,
    restart: policy,
    networks: [{ name: 'home', aliases: ['api'] }, 'second'],
    volumes: ['data:/data', '/scratch'],
    ports: ['8080:80'],
    env: { SECRET: CANARY },
    labels: labelsFor(scenario),
    written,
    state,
  });
  // What becomes of one like it that nobody touches.
  engine.run({ name: TWIN, restart: policy, state });
  const asked = { count: 0 };
  behave(lab, scenario, asked);
  if (isSandbox(scenario)) {
    lab.clock.advance(SUPERVISED_MS);
    await misreport(lab, scenario);
  }
  const was = likeness(engine.core.container(id));
  return { lab, watched: new Watched(lab, id), options: optionsFor(scenario), written, asked, was };
}

function labelsFor({ manager }: Scenario): Record<string, string> {
  if (manager === 'none') return {};
  if (manager === 'early') return sandboxLabels(NAME);
  if (manager === 'lifecycle') return sandboxLabels(NAME, 'default');
  return { 'com.docker.compose.project': 'p', 'com.docker.compose.service': NAME };
}

/** Whatever has the GPU behaves as the scenario has it; what has none is well. */
function behave(lab: Lab, { readiness }: Scenario, asked: Stage['asked']): void {
  const bad = { ready: 0, late: DEBOUNCE - 1, debounced: DEBOUNCE, exits: Infinity }[readiness];
  lab.engine.script((one) => asksForGpu(one) && one.path !== '/sbin/docker-init', {
    logs: `it has ${CANARY}\n`,
    exec: ([command]) => {
      if (command !== READY_COMMAND[0]) return { exitCode: 0, output: 'GPU 0\n' };
      asked.count += 1;
      return { exitCode: asked.count > bad ? 0 : 1, output: '' };
    },
    ...(readiness === 'exits' ? { exit: { afterMs: 3000, code: 1 } } : {}),
  });
}

/** A gateway that has starts and stops tells two of them while it starts the sandbox. */
async function misreport(lab: Lab, { readiness, manager, undone }: Scenario): Promise<void> {
  const unheard = manager === 'lifecycle' ? 2 : 0;
  if (manager === 'lifecycle' && readiness === 'exits' && !undone) {
    // What ends by itself ends before it is Ready.
    const phases = Array.from({ length: 20 }, () => 'Starting' as const);
    await lab.gateway.gateway.script(NAME, { phases, from: 'replaced' });
  }
  const count = { late: DEBOUNCE - 1, debounced: DEBOUNCE }[readiness as string];
  if (count === undefined || undone) return;
  const phases = [...errors(count + unheard), 'Ready' as const];
  await lab.gateway.gateway.script(NAME, { phases, from: 'replaced' });
}

const optionsFor = (scenario: Scenario): Partial<Options> => ({
  mode: 'gpus',
  layer: 'carry',
  keepBackup: scenario.backup !== 'removed',
  backup: scenario.backup === 'snapshot' ? 'snapshot' : 'auto',
  defer: scenario.deferred === 'deferred',
  errorDebounce: DEBOUNCE,
  stableForMs: 0,
  ...(isSandbox(scenario) ? {} : { ready: 'command' as const, readyCommand: READY_COMMAND }),
});

/** The graft that is undone: nothing of it is broken. @param heard told of what it asks engine and gateway */
export async function graftedBefore(
  stage: Stage,
  scenario: Scenario,
  heard: { call(call: Call): void; gateway: GatewayFault },
): Promise<Undo> {
  const { lab, options } = stage;
  lab.gateway.breakCalls(heard.gateway);
  const undo = undoOf(
    await lab.graft(NAME, options, { hooks: { before: (call) => heard.call(call) } }),
  );
  lab.gateway.breakCalls(null);
  settled(stage, scenario);
  return undo;
}

/** Some time after that graft: its gateway has seen what came of it. */
export function settled({ lab }: Stage, scenario: Scenario): void {
  if (isSandbox(scenario)) lab.clock.advance(SUPERVISED_MS);
  lab.engine.core.touched.clear();
}
