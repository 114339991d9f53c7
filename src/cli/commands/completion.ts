import { UsageError } from '../../config/usage-error.js';
import { resolveSession } from '../../config/session.js';
import type { Session } from '../../session.js';
import { candidatesFor } from '../completion/candidates.js';
import type { Candidate } from '../completion/candidates.js';
import { FILES_WORD, SCRIPTS } from '../completion/scripts.js';
import type { Shell } from '../completion/scripts.js';
import { EXIT } from '../exit-codes.js';
import { buildProgram } from '../program/program.js';
import { cleaned } from '../sanitize.js';
import type { Result } from './result.js';
import type { Scene } from './scene.js';

const isShell = (word: string): word is Shell => Object.hasOwn(SCRIPTS, word);

/** `gpugraft completion SHELL`: what the shell has to be told once. @throws UsageError */
export function completion({ args: [shell = ''] }: Scene): Promise<Result> {
  if (!isShell(shell)) {
    const known = Object.keys(SCRIPTS).join(', ');
    throw new UsageError(`${JSON.stringify(shell)} is not one of ${known}`);
  }
  const script = SCRIPTS[shell];
  return Promise.resolve({ exit: EXIT.ok, document: { schema: 1, shell, script }, text: script });
}

/** `gpugraft complete SHELL -- WORD...`: asked at each TAB. What goes wrong is no news there: it completes nothing. */
export async function complete({ args, io, backend }: Scene): Promise<Result> {
  const [shell, ...words] = args;
  const session = (given: ReadonlyMap<string, string>): Session => ({
    ...resolveSession(
      {
        ...(given.has('context') ? { context: given.get('context') ?? '' } : {}),
        ...(given.has('host') ? { host: given.get('host') ?? '' } : {}),
        ...(given.has('state-dir') ? { stateDir: given.get('state-dir') ?? '' } : {}),
      },
      io.env,
    ),
  });
  const names = {
    containers: async (given: ReadonlyMap<string, string>) =>
      (await backend.containerNames(session(given))).map((value) => ({ value, description: '' })),
    runs: async (given: ReadonlyMap<string, string>) =>
      (await backend.listRuns(session(given).stateDir)).map(({ runId, name, outcome }) => ({
        value: runId,
        description: [name, outcome].filter((word) => word !== null).join(' '),
      })),
  };
  const nothing: readonly Candidate[] = [];
  const program = buildProgram(() => undefined);
  const typed = shell === 'bash' ? joinedInBash(words) : words;
  const found = await candidatesFor(program, typed, names).catch(() => nothing);
  const text =
    found === 'files'
      ? `${FILES_WORD}\n`
      : cleaned(found)
          .map((one) => lineOf(one, shell))
          .join('');
  return { exit: EXIT.ok, document: { schema: 1, candidates: found }, text };
}

/** Bash takes `--mode=c` for three words, and puts what is chosen in the place of the third. */
function joinedInBash(words: readonly string[]): readonly string[] {
  const all = words.filter((word) => word !== '=');
  return words.at(-1) === '=' ? [...all, ''] : all;
}

const lineOf = ({ value, description }: Candidate, shell: string | undefined): string =>
  description === '' || shell === 'bash' ? `${value}\n` : `${value}\t${description}\n`;
