/** What each command of `openshell` does. */
import { GatewayRefused } from '../gateway.js';
import type { Sandbox } from '../registry.js';
import { newestOf } from '../watched.js';
import type { WatchedContainer } from '../watched.js';
import type { Traits } from '../generation.js';
import { helpOf, parse, UsageError } from './arguments.js';
import type { Command } from './arguments.js';
import { ClientSays, furnish, untilMade, untilPhase } from './house.js';
import type { House, Named } from './house.js';
import { asJson, bold, colour, detail, detailAsJson, table } from './print.js';

export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whoever asked is gone. */
  readonly gone: AbortSignal;
}

type Run = (house: House, command: Command, terminal: Terminal) => Promise<number>;

const option = ({ options }: Command, name: string): string => options.get(name) ?? '';
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const first = ({ positional }: Command): string => positional[0] ?? '';

/** Of the words of a command: a client that knows of workspaces is in one. */
const named = ({ gateway }: House, command: Command, name = first(command)): Named => ({
  name,
  workspace: gateway.traits.lifecycle ? option(command, 'workspace') || 'default' : null,
});

async function containerOf(
  { gateway, engine }: House,
  { name, workspace }: Named,
): Promise<WatchedContainer> {
  const { id } = await gateway.get(name, workspace);
  const newest = newestOf(await engine.labelled(), id);
  if (newest === null) throw new GatewayRefused('NotFound', 'sandbox container not found');
  return newest;
}

const list: Run = async ({ gateway }, command, { out }) => {
  const wanted = option(command, 'workspace') || 'default';
  const here = ({ workspace }: Sandbox): boolean => workspace === '' || workspace === wanted;
  const sandboxes = (await gateway.list()).filter(here);
  if (option(command, 'output') === 'json') {
    out(json(sandboxes.map((one) => asJson(one, gateway.traits))));
  } else if (command.options.has('names')) {
    out(sandboxes.map(({ name }) => `${name}\n`).join(''));
  } else if (command.options.has('ids')) out(sandboxes.map(({ id }) => `${id}\n`).join(''));
  else out(table(sandboxes));
  return 0;
};

const get: Run = async (house, command, { out }) => {
  const { gateway } = house;
  const { name, workspace } = named(house, command);
  const sandbox = await gateway.get(name, workspace);
  if (option(command, 'output') === 'json') out(json(detailAsJson(sandbox, gateway.traits)));
  else out(detail(sandbox));
  return 0;
};

const exec: Run = async (house, command, { out }) => {
  const { name, workspace } = named(house, command, option(command, 'name'));
  const { exitCode, output } = await house.gateway.exec(name, command.rest, workspace);
  out(output);
  return exitCode;
};

/** Stays until the sandbox is Ready and its command, where there is one, is over. */
const create: Run = async (house, command, { out, err, gone }) => {
  const { gateway, engine } = house;
  const who = named(house, command, option(command, 'name'));
  const { name, workspace } = who;
  const image = option(command, 'from') || 'gpugraft/busybox:latest';
  err(`${colour(36, '⠋')} Creating sandbox ${bold(name)}\n`);
  const where = workspace === null ? {} : { workspace };
  const id = await furnish(house, { name, image, command: command.rest, ...where });
  err(`  Image ${image}\n  Waiting for the supervisor\n`);
  const own = gateway.traits.commandInContainer && command.rest.length > 0;
  await untilMade(house, who, gone);
  out(`${colour(32, '✓')} Sandbox ${bold(name)} is ready\n`);
  if (command.rest.length === 0) return 0;
  if (own) {
    await engine.logs(id, true, out);
    return engine.exitCode(id);
  }
  const { id: current } = await containerOf(house, who);
  return (await engine.exec(current, command.rest, out)).exitCode;
};

const remove: Run = async (house, command, { out }) => {
  const { name, workspace } = named(house, command);
  await house.gateway.delete(name, workspace);
  out(`${colour(32, '✓')} Deleted sandbox ${first(command)}\n`);
  return 0;
};

const stop: Run = async (house, command, { out, gone }) => {
  const who = named(house, command);
  await house.gateway.stop(who.name, who.workspace);
  await untilPhase(house, who, 'Stopped', gone);
  out(`${colour(32, '✓')} Stopped sandbox ${first(command)}\n`);
  return 0;
};

const start: Run = async (house, command, { out, gone }) => {
  const who = named(house, command);
  await house.gateway.start(who.name, who.workspace);
  await untilPhase(house, who, 'Ready', gone);
  out(`${colour(32, '✓')} Started sandbox ${first(command)}\n`);
  return 0;
};

const logs: Run = async (house, command, { out }) => {
  const { id } = await containerOf(house, named(house, command));
  await house.engine.logs(id, command.options.has('tail'), out);
  return 0;
};

const status: Run = async ({ gateway }, _command, { out }) => {
  const rows = [
    ['Status', colour(32, 'Connected')],
    ['Version', gateway.traits.version],
  ];
  const lines = rows.map(([key = '', value = '']) => `  ${colour(2, `${key}:`)} ${value}`);
  out(`${bold('Server Status')}\n\n${lines.join('\n')}\n`);
  return 0;
};

const runs: Record<string, Run> = {
  status,
  logs,
  'sandbox list': list,
  'sandbox get': get,
  'sandbox exec': exec,
  'sandbox create': create,
  'sandbox delete': remove,
  'sandbox stop': stop,
  'sandbox start': start,
};

/** @param client what the client knows of, also where its gateway is of another time @returns the exit code */
export async function runCommand(
  house: House,
  client: Traits,
  argv: readonly string[],
  terminal: Terminal,
): Promise<number> {
  if (argv[0] === '--version') {
    terminal.out(`openshell ${client.version}\n`);
    return 0;
  }
  try {
    const command = parse(argv, client);
    if (command.help) {
      terminal.out(helpOf(command, client));
      return 0;
    }
    const run = runs[command.name];
    if (run === undefined) throw new Error(`nothing runs ${command.name}`);
    return await run(house, command, terminal);
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.err(error.toString());
      return 2;
    }
    terminal.err(refusalOf(error));
    return 1;
  }
}

function refusalOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ClientSays) return `Error:   × ${message}\n`;
  const code = error instanceof GatewayRefused ? error.code : 'Internal';
  const said = `status: ${code}, message: ${JSON.stringify(message)}`;
  return `Error:   × ${said}, details: [], metadata: MetadataMap { headers: {} }\n`;
}
