/** What is asked of a gateway that may change something. */
import { plain } from '../parse/text.js';
import { reportIn } from '../parse/report.js';
import type { SandboxExecResult, SandboxRef } from '../port.js';
import { exitOf, failureOf, isUsage, successOf } from './classify.js';
import { nameIn } from './client.js';
import type { Client } from './client.js';
import { MAX_EXEC_BYTES } from './options.js';

export async function changePhase(
  client: Client,
  verb: 'stop' | 'start',
  ref: SandboxRef,
  signal?: AbortSignal,
): Promise<void> {
  const name = nameIn(ref);
  const where = await client.inWorkspace(ref.workspace, signal);
  const asked = client.asking('lifecycle', ['sandbox', verb, name, ...where], {
    maxBytes: MAX_EXEC_BYTES,
    beyond: 'forget',
  });
  successOf(await client.run(asked.call, signal), asked);
}

export async function execInSandbox(
  client: Client,
  ref: SandboxRef,
  argv: readonly string[],
  options: { readonly signal?: AbortSignal; readonly timeoutMs?: number },
): Promise<SandboxExecResult> {
  const name = nameIn(ref);
  const where = await client.inWorkspace(ref.workspace, options.signal);
  const args = ['sandbox', 'exec', '-n', name, ...where, '--', ...argv];
  const asked = client.asking('exec', args, {
    maxBytes: MAX_EXEC_BYTES,
    beyond: 'forget',
    ...(options.timeoutMs === undefined ? {} : { deadlineMs: options.timeoutMs }),
  });
  // The command may hold what nobody else should read: it is left out of messages.
  const quiet = { ...asked, what: `openshell sandbox exec -n ${name}` };
  const exited = exitOf(await client.run(asked.call, options.signal), quiet);
  const { exitCode, stdout, stderr } = exited;
  // The command's exit status is the client's own; only its reports tell the two apart.
  const said = plain(stderr);
  const isReport = exitCode === 1 && reportIn(said) !== null;
  const isUnknown = isUsage(exitCode, said) && /\bopenshell sandbox\b/.test(said);
  if (isReport || isUnknown) throw failureOf(exited, quiet);
  const output = plain([stdout, stderr].filter((text) => text !== '').join('\n'));
  return { exitCode, output: output.slice(-MAX_EXEC_BYTES) };
}
