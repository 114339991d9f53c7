import { checkTarget } from '../../config/target.js';
import { EXIT } from '../exit-codes.js';
import { cleaned } from '../sanitize.js';
import type { Result } from './result.js';
import type { Scene } from './scene.js';

/** `gpugraft diagnose NAME`: the bundle that a failure writes, now. @throws UsageError */
export async function diagnose(scene: Scene): Promise<Result> {
  const { backend, session, style } = scene;
  const name = checkTarget(scene.args[0] ?? '', 'the name or ID of a container');
  const found = cleaned(await backend.collect(name, session));
  const { folder, files, reason } = found;
  if (folder === null) {
    const hint = reason?.hint == null ? '' : `\n  ${reason.hint}`;
    const text = `${style.warn(`no diagnostics: ${reason?.message ?? 'no reason given'}`)}${hint}\n`;
    return { exit: EXIT.refused, document: found, text };
  }
  const lines = [
    `diagnostics of ${found.name ?? name} in ${folder}`,
    ...files.map((file) => `  ${file}`),
  ];
  return { exit: EXIT.ok, document: found, text: `${lines.join('\n')}\n` };
}
