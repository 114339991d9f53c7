/** The table that is printed for people, read where there is nothing better. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GatewayAnswerInvalid } from '../../../src/openshell/errors.js';
import { sandboxesOfTable } from '../../../src/openshell/parse/table.js';

const e = '\u001b';
const bold = (text: string): string => `${e}[1m${text}${e}[0m`;
const green = (text: string): string => `${e}[32m${text}${e}[39m`;

interface Row {
  readonly workspace?: string;
  readonly name: string;
  readonly created: string;
  readonly phase: string;
}

/** As the client draws it: padded to the longest, the padding within the colour. */
function drawn(rows: readonly Row[], paint: boolean, ends = '\n'): string {
  const titles = rows[0]?.workspace === undefined ? [] : ['WORKSPACE'];
  const table = [
    [...titles, 'NAME', 'CREATED', 'PHASE'],
    ...rows.map(({ workspace, name, created, phase }) => [
      ...(workspace === undefined ? [] : [workspace]),
      name,
      created,
      phase,
    ]),
  ];
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((cells) => Array.from(cells[column] ?? '').length)),
  );
  return table
    .map((cells, index) =>
      cells
        .map((cell, column) => {
          const padded =
            column === cells.length - 1
              ? cell
              : cell + ' '.repeat((widths[column] ?? 0) - Array.from(cell).length);
          if (!paint) return padded;
          if (index === 0) return bold(padded);
          return column === cells.length - 1 ? green(padded) : padded;
        })
        .join('  '),
    )
    .join(ends)
    .concat(ends);
}

const row = (name: string, phase = 'Ready'): Row => ({
  name,
  created: '2026-06-01 10:00:00',
  phase,
});

describe('a table', () => {
  test.each([true, false])('painted: %s', (paint) => {
    expect(
      sandboxesOfTable(drawn([row('box'), row('a-much-longer-name', 'Error')], paint)),
    ).toEqual([
      { id: null, name: 'box', workspace: null, phase: 'ready', rawPhase: 'Ready', reason: null },
      {
        id: null,
        name: 'a-much-longer-name',
        workspace: null,
        phase: 'error',
        rawPhase: 'Error',
        reason: null,
      },
    ]);
  });

  test('with workspaces, Windows line ends, and what is no part of it before', () => {
    const text = `→ Using gateway 'local'\r\n${drawn([{ workspace: 'team', ...row('box', 'Stopped') }], true, '\r\n')}\r\n`;
    expect(sandboxesOfTable(text)).toMatchObject([
      { name: 'box', workspace: 'team', phase: 'stopped' },
    ]);
  });

  test('with columns in another order, and more of them', () => {
    const text = 'PHASE  ID      NAME  NODE\nReady  0b6c    box   a b\n';
    expect(sandboxesOfTable(text)).toMatchObject([{ id: '0b6c', name: 'box', phase: 'ready' }]);
  });

  test('whose titles are not padded, for their colours were counted as their width', () => {
    const head = [bold('NAME'), bold('CREATED'), bold('PHASE')].join('  ');
    const text = `${head}\na-much-longer-name  2026-06-01 10:00:00  ${green('Ready')}\n`;
    expect(sandboxesOfTable(text)).toMatchObject([{ name: 'a-much-longer-name', phase: 'ready' }]);
  });

  test('with an empty cell, by where the titles stand', () => {
    const text = ['NAME  NAMESPACE  CREATED     PHASE', 'box              2026-06-01  Ready'].join(
      '\n',
    );
    expect(sandboxesOfTable(text)).toMatchObject([{ name: 'box', phase: 'ready' }]);
  });

  test.each([
    'No sandboxes found.\n',
    `${bold('No sandboxes found.')}\r\n`,
    '\nNo sandboxes found',
  ])('that is none: %j', (text) => {
    expect(sandboxesOfTable(text)).toEqual([]);
  });

  test('of a head alone has no rows', () => {
    expect(sandboxesOfTable('NAME  CREATED  PHASE\n\n')).toEqual([]);
  });

  test.each([
    ['nothing', '', /no head/],
    ['an error', 'error: something\n', /no head/],
    ['no phase', 'NAME  CREATED\nbox   today\n', /no column PHASE/],
    ['a head that only sounds like one', 'NAMES  PHASES\nbox    Ready\n', /no head/],
    ['a row that is cut off', 'NAME  CREATED  PHASE\nbox\n', /does not fit/],
    ['a row without a name', 'NAME  PHASE\n      Ready\n', /does not fit/],
  ])('is refused for %s', (_, text, words) => {
    expect(() => sandboxesOfTable(text)).toThrow(GatewayAnswerInvalid);
    expect(() => sandboxesOfTable(text)).toThrow(words);
  });

  test('is read back, whatever the names, widths and colours', () => {
    const name = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,40}[a-z0-9])?$/);
    const phase = fc.constantFrom('Ready', 'Error', 'Provisioning', 'Deleting', 'Stopped', 'Odd');
    const rows = fc
      .tuple(fc.boolean(), fc.array(fc.record({ name, phase, workspace: name }), { minLength: 1 }))
      .map(([spaces, list]) =>
        list.map(({ name, phase, workspace }): Row => ({
          ...row(name, phase),
          ...(spaces ? { workspace } : {}),
        })),
      );
    fc.assert(
      fc.property(rows, fc.boolean(), fc.constantFrom('\n', '\r\n'), (list, paint, ends) => {
        expect(
          sandboxesOfTable(drawn(list, paint, ends)).map(({ name, rawPhase, workspace }) => [
            name,
            rawPhase,
            workspace,
          ]),
        ).toEqual(list.map(({ name, phase, workspace }) => [name, phase, workspace ?? null]));
      }),
    );
  });

  test('never gives a row that is not there, and fails with nothing but its own error', () => {
    const piece = fc.constantFrom(
      'NAME',
      'PHASE',
      'box',
      'Ready',
      ' ',
      '  ',
      '\n',
      '\t',
      `${e}[1m`,
      '\r',
      '—',
      '🦀',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join('');
        try {
          for (const { name, rawPhase } of sandboxesOfTable(text)) {
            expect(text).toContain(name.split(' ')[0]);
            expect(name.trim()).not.toBe('');
            expect(rawPhase.trim()).not.toBe('');
          }
        } catch (error) {
          if (!(error instanceof GatewayAnswerInvalid)) throw error;
        }
      }),
      { numRuns: 1000 },
    );
  });
});
