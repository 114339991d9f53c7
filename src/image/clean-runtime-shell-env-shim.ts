/**
 * The process, bundled to one file without dependencies that the sandbox image ships. It loads
 * nothing but `fs`: it is run twice at each start of a container.
 */
import * as fs from 'node:fs';
import { clean } from '../cli/sanitize.js';
import { parseArguments } from './arguments.js';
import type { Arguments } from './arguments.js';
import { cleanRcFile } from './clean.js';
import type { Verdict } from './clean.js';

function judge(words: readonly string[]): Verdict {
  let args: Arguments;
  try {
    args = parseArguments(words);
  } catch (error) {
    return { exitCode: 1, line: (error as Error).message };
  }
  return cleanRcFile(args);
}

const { exitCode, line } = judge(process.argv.slice(2));
process.exitCode = exitCode;
if (line !== null) {
  try {
    fs.writeSync(2, `${clean(line)}\n`);
  } catch {
    // Nobody listens; the exit code still says it.
  }
}
