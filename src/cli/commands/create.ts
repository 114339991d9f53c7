import { checkEnvironment } from '../../config/environment.js';
import { optedOut } from '../../config/opt-out.js';
import { resolveOptions } from '../../config/options.js';
import { checkTarget } from '../../config/target.js';
import { UsageError } from '../../config/usage-error.js';
import type { Failure } from '../../../machines/index.js';
import type { Attached } from '../../create.js';
import { emptyReport } from '../../report.js';
import { makingWords } from '../making-words.js';
import type { MakingWords } from '../making-words.js';
import { resultOf } from './about-run.js';
import type { Result } from './result.js';
import { withStory } from './scene.js';
import type { Scene } from './scene.js';

const NOTICES: Record<Attached, string> = {
  session: 'is grafted once this command has ended; leave a session that it opens with exit',
  upload: 'is grafted once this command has ended, so that what it uploads arrives whole',
  unknown:
    'is grafted 3 s after it is Ready, even if this command goes on: what it has open there is cut then',
};

/** Said before, because it cannot be undone: the command is not asked whether it may be cut. */
function noticeOf(attached: Attached, words: MakingWords): string {
  if (attached === 'unknown' && !words.runs) return '';
  return `gpugraft: the sandbox ${NOTICES[attached]}\n`;
}

const notKept = (name: string): Failure => ({
  code: 'sandbox-not-kept',
  message: `--no-keep has the sandbox ${name} deleted when the session of this command ends, and a graft ends it; nothing was begun`,
  hint: `leave --no-keep out, and delete it when it has done its work: openshell sandbox delete ${name}`,
});

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
  const said = makingWords(argv);
  if (said.isDeleted) return resultOf(emptyReport('refused', notKept(name), name), scene);
  const aside = flags.json === true;
  const command = { words: said.called, run: () => io.run(argv, aside) };
  const atTerminal = io.stdinIsTTY && (io.stdout.isTTY || aside);
  const attached = atTerminal ? 'session' : said.uploads ? 'upload' : 'unknown';
  const { workspace, forwards } = said;
  const order = { name, workspace, options, command, attached, forwards } as const;
  if (flags.quiet !== true) io.stderr.write(noticeOf(attached, said));
  const { report, exitCode } = await withStory(
    scene,
    (session) => backend.create(order, session),
    'beside a command',
  );
  const result = resultOf(report, scene);
  return { ...result, exit: exitCode === null || exitCode === 0 ? result.exit : exitCode };
}
