/** From an invocation to its result; each command is loaded only when it is asked for. */
import type { Backend } from './backend.js';
import type { Result } from './commands/result.js';
import type { Scene } from './commands/scene.js';
import type { Io } from './io.js';
import type { CommandName, Invocation } from './program/invocation.js';

type Command = (scene: Scene) => Promise<Result>;

const COMMANDS: Readonly<Record<CommandName, () => Promise<Command>>> = {
  apply: async () => (await import('./commands/apply.js')).apply,
  create: async () => (await import('./commands/create.js')).create,
  plan: async () => (await import('./commands/plan.js')).plan,
  status: async () => (await import('./commands/status.js')).status,
  runs: async () => (await import('./commands/runs.js')).runs,
  recover: async () => (await import('./commands/recover.js')).recover,
  finalize: async () => (await import('./commands/finalize.js')).finalize,
  rollback: async () => (await import('./commands/rollback.js')).rollback,
  diagnose: async () => (await import('./commands/diagnose.js')).diagnose,
  doctor: async () => (await import('./commands/doctor.js')).doctor,
  inspect: async () => (await import('./commands/inspect.js')).inspect,
  completion: async () => (await import('./commands/completion.js')).completion,
  complete: async () => (await import('./commands/completion.js')).complete,
  'machine diagram': async () => (await import('./commands/machine.js')).diagram,
  'machine paths': async () => (await import('./commands/machine.js')).paths,
  'machine export': async () => (await import('./commands/machine.js')).exported,
};

/** @throws UsageError, GraftError; anything else is a bug */
export async function execute(invocation: Invocation, io: Io, backend: Backend): Promise<Result> {
  const { setScene } = await import('./commands/scene.js');
  const scene = setScene(invocation, io, backend);
  const command = await COMMANDS[invocation.command]();
  return command(scene);
}
