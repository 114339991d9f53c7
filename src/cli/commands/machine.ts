/** `gpugraft machine …`: the statechart itself. It talks to no engine. */
import { given, read } from '../../config/given.js';
import { oneOf, wholeNumber } from '../../config/schemas.js';
import {
  countPaths,
  diagramDot,
  diagramMermaid,
  diagramSvg,
  enumeratePaths,
  exportMachine,
  graphOf,
  smallSetting,
  withoutLeftovers,
} from '../../model/index.js';
import type { Path, Setting } from '../../model/index.js';
import { EXIT } from '../exit-codes.js';
import { jsonText } from '../sanitize.js';
import type { Result } from './result.js';
import type { Scene } from './scene.js';

/** @throws UsageError */
export async function diagram({ flags, io }: Scene): Promise<Result> {
  const wanted = given('--format', flags.format, io.env);
  const format = wanted === null ? 'mermaid' : read(oneOf(['mermaid', 'dot', 'svg']), wanted);
  const text = await drawn(format);
  return {
    exit: EXIT.ok,
    document: { schema: 1, format, text },
    text: text.endsWith('\n') ? text : `${text}\n`,
  };
}

function drawn(format: 'mermaid' | 'dot' | 'svg'): string | Promise<string> {
  if (format === 'svg') return diagramSvg();
  return format === 'dot' ? diagramDot() : diagramMermaid();
}

/** @throws UsageError */
export function paths({ flags, io }: Scene): Promise<Result> {
  const debounce = given('--debounce', flags.debounce, io.env);
  const maxPolls = given('--max-polls', flags.maxPolls, io.env);
  const setting: Setting = {
    ...smallSetting,
    errorDebounce:
      debounce === null ? smallSetting.errorDebounce : read(wholeNumber(1, 5), debounce),
    maxPolls: maxPolls === null ? smallSetting.maxPolls : read(wholeNumber(1, 8), maxPolls),
  };
  const { errorDebounce } = setting;
  const limits = { schema: 1, debounce: errorDebounce, maxPolls: setting.maxPolls };
  if (flags.count === true) {
    const count = countPaths(graphOf(setting, withoutLeftovers(setting)));
    const document = { ...limits, count, paths: null };
    return Promise.resolve({ exit: EXIT.ok, document, text: `${count}\n` });
  }
  const all = [...enumeratePaths(setting)].map((path) => ({
    id: path.id,
    end: path.end,
    states: statesOf(path),
  }));
  const document = { ...limits, count: all.length, paths: all };
  const text = all.map(({ id, end }) => `${end}  ${id}\n`).join('');
  return Promise.resolve({ exit: EXIT.ok, document, text });
}

const statesOf = ({ steps, end }: Path): string[] => [...steps.map(({ state }) => state), end];

/** JSON either way: it is what the machine is exported as. */
export function exported(): Promise<Result> {
  const document = exportMachine();
  return Promise.resolve({ exit: EXIT.ok, document, text: `${jsonText(document, 2)}\n` });
}
