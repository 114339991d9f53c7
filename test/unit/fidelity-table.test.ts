/** docs/fidelity.md says what the tests show: written from the table of cases, and held against the tests. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CASES } from '../engine/fidelity/cases.js';
import { ROWS } from '../engine/rows/all.js';
import { TABLE } from '../engine/rows/table.js';
import { document } from '../engine/rows/document.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const DATA: Readonly<Record<string, readonly { name: string; engines?: readonly string[] }[]>> = {
  'engine/fidelity': CASES,
  'engine/rows': ROWS,
};
const shown = TABLE.flatMap(({ shown }) => shown);
const fileOf = (one: string): string => one.slice(0, one.indexOf(': '));
const titleOf = (one: string): string => one.slice(one.indexOf(': ') + 2);

describe('the table of cases', () => {
  it('is what docs/fidelity.md says (write it with npx vitest run --project unit -u)', async () => {
    await expect(document(TABLE)).toMatchFileSnapshot('../../docs/fidelity.md');
  });

  it.each([...new Set(shown)])('names a test that there is: %s', (one) => {
    const file = `${root}/${fileOf(one)}.test.ts`;
    expect(existsSync(file)).toBe(true);
    const titles = DATA[fileOf(one)]?.map(({ name }) => name);
    if (titles?.includes(titleOf(one)) !== true)
      expect(readFileSync(file, 'utf8')).toContain(titleOf(one));
  });

  it('leaves out no container that the product grafts', () => {
    const all = ROWS.map(({ name }) => `engine/rows: ${name}`);
    expect(all.filter((one) => !shown.includes(one))).toEqual([]);
    expect(new Set(all).size).toBe(all.length);
  });

  it.each([
    ['oldest', 0],
    ['newest', 1],
  ] as const)('says of the %s engine only what runs there', (kind, index) => {
    const runsHere = (one: string): boolean => {
      const row = DATA[fileOf(one)]?.find(({ name }) => name === titleOf(one));
      return row?.engines?.includes(kind) ?? true;
    };
    const claims = TABLE.filter(({ result = 'kept' }) =>
      (typeof result === 'string' ? result : (result[index] ?? '')).startsWith('kept'),
    );
    const unfounded = claims.filter(({ shown }) => !shown.some(runsHere));
    expect(unfounded.map(({ name }) => name)).toEqual([]);
  });
});
