import { checkEnvironment } from '../../config/environment.js';
import { optedOut } from '../../config/opt-out.js';
import { resolveOptions } from '../../config/options.js';
import { checkTarget } from '../../config/target.js';
import { UsageError } from '../../config/usage-error.js';
import { shellWord } from '../../../machines/index.js';
import { emptyReport } from '../../report.js';
import { resultOf } from './about-run.js';
import type { Result } from './result.js';
import { withStory } from './scene.js';
import type { Scene } from './scene.js';

/** More of a command than this tells nobody which one it was. */
const SHOWN_WORDS = 3;

const WAITS_FOR_SESSION =
  'gpugraft: the sandbox is grafted once this command has ended; leave a session that it opens with exit\n';

/** What the command itself says of where the sandbox is made; null: nothing. */
function workspaceIn(all: readonly string[]): string | null {
  const flag = '--workspace';
  // What comes after a further -- is run in the sandbox.
  const argv = all.includes('--') ? all.slice(0, all.indexOf('--')) : all;
  const at = argv.findIndex((word) => word === flag || word.startsWith(`${flag}=`));
  const word = argv[at] === flag ? argv[at + 1] : argv[at]?.slice(flag.length + 1);
  return word === undefined || word === '' ? null : word;
}

/** `gpugraft create NAME -- COMMAND`: its exit code is the command's, unless that is 0. @throws UsageError */
export async function create(scene: Scene): Promise<Result> {
  const { io, flags, backend, args } = scene;
  const [word = '', ...argv] = args;
  const name = checkTarget(word, 'the name of a sandbox');
  if (argv.length === 0) {
    throw new UsageError(
      'gpugraft create needs the command that makes the sandbox',
      `gpugraft create ${name} -- openshell sandbox create --name ${name}`,
    );
  }
  checkEnvironment(io.env);
  const options = resolveOptions(flags, io.env);
  const out = optedOut(io.env);
  if (out !== null) return resultOf(emptyReport('refused', out, name), scene);
  const aside = flags.json === true;
  const words = argv.slice(0, SHOWN_WORDS).map(shellWord).join(' ');
  const command = { words, run: () => io.run(argv, aside) };
  const atTerminal = io.stdinIsTTY && (io.stdout.isTTY || aside);
  const order = { name, workspace: workspaceIn(argv), options, command, atTerminal };
  if (atTerminal && flags.quiet !== true) io.stderr.write(WAITS_FOR_SESSION);
  const { report, exitCode } = await withStory(
    scene,
    (session) => backend.create(order, session),
    'beside a command',
  );
  const result = resultOf(report, scene);
  return { ...result, exit: exitCode === null || exitCode === 0 ? result.exit : exitCode };
}
