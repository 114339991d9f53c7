/** What `openshell sandbox list` prints for people: a table, with colours even where nobody asked. */
import { GatewayAnswerInvalid } from '../errors.js';
import type { Sandbox } from '../port.js';
import { phaseOf } from './phase.js';
import { oneLine, plain, shorten } from './text.js';

/** Columns stand at least two spaces apart; within a cell (a date) there is one. */
const GAP = / {2,}|\t+/;

interface Column {
  readonly title: string;
  /** Where it begins, in characters. */
  readonly at: number;
}

/**
 * Columns are found by their titles; one that is not known is passed over.
 * @throws GatewayAnswerInvalid where it is no table, or a row does not fit its head: a row passed
 * over could be the very one that is looked for
 */
export function sandboxesOfTable(output: string): readonly Sandbox[] {
  const lines = plain(output)
    .split('\n')
    .map((line) => line.trimEnd());
  const head = lines.findIndex((line) => /(?:^|\s)NAME(?:\s|$)/.test(line));
  if (head === -1) {
    if (lines.some((line) => /^\s*No sandboxes found\.?$/i.test(line))) return [];
    throw new GatewayAnswerInvalid(
      `the list of sandboxes has no head with NAME: ${shorten(oneLine(output), 200)}`,
    );
  }
  const columns = columnsOf(lines[head] ?? '');
  for (const needed of ['NAME', 'PHASE']) {
    if (!columns.some(({ title }) => title === needed))
      throw new GatewayAnswerInvalid(`the list of sandboxes has no column ${needed}`);
  }
  return lines
    .slice(head + 1)
    .filter((line) => line.trim() !== '')
    .map((line) => sandboxOf(line, columns));
}

function columnsOf(head: string): readonly Column[] {
  return [...head.matchAll(/\S+(?: \S+)*/g)].map(({ 0: title, index }) => ({
    title: title.toUpperCase(),
    at: Array.from(head.slice(0, index)).length,
  }));
}

function sandboxOf(line: string, columns: readonly Column[]): Sandbox {
  const cells = cellsOf(line, columns);
  const cell = (title: string): string => {
    const at = columns.findIndex((column) => column.title === title);
    return at === -1 ? '' : (cells[at] ?? '');
  };
  const [name, rawPhase] = [cell('NAME'), cell('PHASE')];
  if (name === '' || rawPhase === '')
    throw new GatewayAnswerInvalid(
      `a row of the list of sandboxes does not fit its head: ${shorten(oneLine(line), 200)}`,
    );
  return {
    id: cell('ID') || null,
    name,
    workspace: cell('WORKSPACE') || null,
    phase: phaseOf(rawPhase),
    rawPhase: shorten(rawPhase, 100),
    reason: null,
  };
}

/** By the gaps where there are as many cells as titles, else (an empty cell) by where the titles stand. */
function cellsOf(line: string, columns: readonly Column[]): readonly string[] {
  const split = line.trim().split(GAP);
  if (split.length === columns.length) return split;
  const characters = Array.from(line);
  return columns.map(({ at }, index) =>
    characters
      .slice(at, columns[index + 1]?.at)
      .join('')
      .trim(),
  );
}
