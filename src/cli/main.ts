/** One run of the command line, on an `Io` and a `Backend` that are given: the process is `bin.ts`. */
import { realBackend } from './backend.js';
import type { Backend } from './backend.js';
import { EXIT } from './exit-codes.js';
import { execute } from './execute.js';
import { failed } from './failed.js';
import type { Io } from './io.js';
import { parse } from './program/parse.js';
import { jsonText } from './sanitize.js';

/**
 * @param argv the words behind `gpugraft`
 * @returns the exit code; never throws
 */
export async function main(
  argv: readonly string[],
  io: Io,
  backend: Backend = realBackend,
): Promise<number> {
  try {
    const parsed = parse(argv, io.stdout.columns);
    if (parsed.kind === 'version') {
      io.stdout.write(`${io.version}\n`);
      return EXIT.ok;
    }
    if (parsed.kind === 'help') {
      io.stdout.write(parsed.text);
      return EXIT.ok;
    }
    const { invocation } = parsed;
    const result = await execute(invocation, io, backend);
    const json = invocation.flags.json === true;
    if (result.document === undefined) return result.exit;
    io.stdout.write(json ? `${jsonText(result.document)}\n` : result.text);
    return result.exit;
  } catch (error) {
    return failed(error, io, argv);
  }
}
