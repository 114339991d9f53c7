/** The cases of docs/fidelity.md, each grafted by the product, compared, and looked at from inside. */
import { describe, it } from 'vitest';
import { kinds } from './support/engines.js';
import { ROWS } from './rows/all.js';
import { expectSame } from './rows/row.js';

describe.concurrent.each(kinds)('%s', (kind) => {
  const possible = ROWS.filter(({ engines }) => engines?.includes(kind) ?? true);
  it.each(possible.map((row) => [row.name, row] as const))('%s', (_, row) => expectSame(kind, row));
});
