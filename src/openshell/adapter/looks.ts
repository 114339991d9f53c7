/** What a gateway has on record, and what it says in words. */
import { GatewayAnswerInvalid, isGatewayError } from '../errors.js';
import { pageOfJson } from '../parse/json.js';
import type { Page } from '../parse/json.js';
import { sandboxesOfTable } from '../parse/table.js';
import { plain } from '../parse/text.js';
import type { GatewayTexts, Sandbox, SandboxRef } from '../port.js';
import type { ClientAbilities } from './capabilities.js';
import { exitOf, successOf } from './classify.js';
import { nameIn } from './client.js';
import type { Client } from './client.js';
import { MAX_PAGES, MAX_TEXT_BYTES, PAGE_SIZE, TEXT_DEADLINE_MS } from './options.js';

/**
 * The list page by page, all within one deadline: the client shows a hundred of its own accord,
 * and one that stands beyond them would read as "no record".
 */
export async function* pagesOf(
  client: Client,
  workspace: string | null,
  signal?: AbortSignal,
): AsyncGenerator<readonly Sandbox[], void, void> {
  const [abilities, where] = await Promise.all([
    client.abilities(signal),
    client.inWorkspace(workspace, signal),
  ]);
  const until = performance.now() + client.deadlines.look;
  const asked = new Set<string>();
  let next: readonly string[] | null = [];
  while (next !== null) {
    const place = next.join(' ');
    if (asked.has(place) || asked.size === MAX_PAGES)
      throw new GatewayAnswerInvalid(`the list of sandboxes has no end after ${asked.size} pages`);
    asked.add(place);
    const args = [...where, ...next];
    const page: Page = await pageOf(client, abilities, args, until - performance.now(), signal);
    yield page.sandboxes;
    next = following(page, abilities, asked.size);
  }
}

async function pageOf(
  client: Client,
  { json }: ClientAbilities,
  args: readonly string[],
  leftMs: number,
  signal?: AbortSignal,
): Promise<Page> {
  const format = json ? ['-o', 'json'] : [];
  const deadlineMs = Math.max(0, Math.round(leftMs));
  const asked = client.asking('look', ['sandbox', 'list', ...format, ...args], { deadlineMs });
  const { stdout } = successOf(await client.run(asked.call, signal), asked);
  return json ? pageOfJson(stdout) : { sandboxes: sandboxesOfTable(stdout), next: null };
}

/** The arguments that ask for the page behind one; null: it is the last. */
function following(
  { sandboxes, next }: Page,
  { offset }: ClientAbilities,
  pages: number,
): readonly string[] | null {
  if (next !== null) return [`--page-token=${next}`];
  // Longer than a page: the client shows everything. Shorter: there is no more.
  if (!offset || sandboxes.length !== PAGE_SIZE) return null;
  return ['--limit', String(PAGE_SIZE), '--offset', String(pages * PAGE_SIZE)];
}

export async function findSandbox(
  client: Client,
  ref: SandboxRef,
  signal?: AbortSignal,
): Promise<Sandbox | null> {
  const name = nameIn(ref);
  for await (const page of pagesOf(client, ref.workspace, signal)) {
    const found = page.find((sandbox) => sandbox.name === name && isWithin(sandbox, ref.workspace));
    if (found !== undefined) return found;
  }
  return null;
}

/** Either side may not know of workspaces. */
const isWithin = (sandbox: Sandbox, workspace: string | null): boolean =>
  workspace === null || sandbox.workspace === null || sandbox.workspace === workspace;

export async function textsOf(
  client: Client,
  ref: SandboxRef,
  signal?: AbortSignal,
): Promise<GatewayTexts> {
  const text = async (args: () => readonly string[], where: string | null): Promise<string> => {
    try {
      const inWorkspace = await client.inWorkspace(where, signal);
      const asked = client.asking('look', [...args(), ...inWorkspace], {
        maxBytes: MAX_TEXT_BYTES,
        deadlineMs: Math.min(client.deadlines.look, TEXT_DEADLINE_MS),
        beyond: 'forget',
      });
      const { stdout, stderr } = exitOf(await client.run(asked.call, signal), asked);
      return plain([stdout, stderr].filter((said) => said.trim() !== '').join('\n'));
    } catch (error) {
      if (isGatewayError(error)) return `(not to be had: ${error.message})`;
      throw error;
    }
  };
  const [sandbox, list, logs] = await Promise.all([
    text(() => ['sandbox', 'get', nameIn(ref)], ref.workspace),
    text(() => ['sandbox', 'list'], ref.workspace),
    text(() => ['logs', nameIn(ref)], ref.workspace),
  ]);
  return { sandbox, list, logs };
}
