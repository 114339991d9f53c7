/** What the user's client can do, from its own help. */
import { GatewayAnswerInvalid } from '../errors.js';
import { oneLine, plain, shorten } from '../parse/text.js';
import type { OpenShellCapabilities } from '../port.js';
import { exitOf, failureOf, isUsage, successOf } from './classify.js';
import type { Client } from './client.js';

/** Beyond the port's: whether a list can be asked for from its Nth row on. */
export interface ClientAbilities extends OpenShellCapabilities {
  readonly offset: boolean;
}

export async function askCapabilities(client: Client): Promise<ClientAbilities> {
  const [lifecycle, list, version] = await Promise.all([
    hasLifecycle(client),
    listHelp(client),
    versionOf(client),
  ]);
  return {
    lifecycle,
    json: hasOption(list, '--output'),
    workspace: hasOption(list, '--workspace'),
    version,
    offset: hasOption(list, '--offset') && hasOption(list, '--limit'),
  };
}

/**
 * Only a client that says that it knows no such command has no lifecycle. Any other failure is
 * none of an answer: taken for a no, it would have a container stopped behind the back of a
 * gateway that never forgives it.
 */
async function hasLifecycle(client: Client): Promise<boolean> {
  const asked = client.helpOf(['sandbox', 'stop']);
  const exited = exitOf(await client.run(asked.call), asked);
  const text = plain(exited.stdout);
  if (exited.exitCode === 0) {
    if (/\bsandbox stop\b/.test(text)) return true;
    throw new GatewayAnswerInvalid(
      `${asked.what} does not print the help of sandbox stop: ${shorten(oneLine(text), 200)}`,
    );
  }
  if (isUsage(exited.exitCode, exited.stderr) && /subcommand/.test(exited.stderr)) return false;
  throw failureOf(exited, asked);
}

async function listHelp(client: Client): Promise<string> {
  const asked = client.helpOf(['sandbox', 'list']);
  return plain(successOf(await client.run(asked.call), asked).stdout);
}

/** For reports alone: nothing depends on it, so nothing fails for it but a client that is not there. */
async function versionOf(client: Client): Promise<string | null> {
  const asked = client.asking('help', ['--version']);
  const ended = await client.run(asked.call);
  if (ended.kind !== 'exited' || ended.exitCode !== 0) return null;
  const said = oneLine(ended.stdout).replace(/^openshell(?:-cli)?\s+/, '');
  return /^v?\d[\w.+-]{0,63}$/.test(said) ? said : null;
}

/** Options stand at the beginning of their line, behind their short form. */
const hasOption = (help: string, long: string): boolean =>
  new RegExp(String.raw`^\s*(?:-\w, )?${long}(?![\w-])`, 'm').test(help);
