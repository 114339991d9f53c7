import { readFile } from 'node:fs/promises';
import { expect, it, test } from 'vitest';
import { manualPage } from '../../../src/cli/program/manual.js';
import { buildProgram } from '../../../src/cli/program/program.js';

const root = new URL('../../../', import.meta.url);

test('the manual page is what is committed (npm run build && npm run generate)', async () => {
  const { version } = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as {
    version: string;
  };
  expect(await readFile(new URL('man/gpugraft.1', root), 'utf8')).toBe(manualPage(version));
});

it('has every command and every flag that --help has', () => {
  const page = manualPage('1.2.3').replaceAll('\\-', '-');
  const program = buildProgram(() => undefined);
  const help = program.createHelp();
  const commands = help
    .visibleCommands(program)
    .flatMap((one) => (one.commands.length === 0 ? [one] : help.visibleCommands(one)));
  for (const command of commands.filter((one) => one.name() !== 'help')) {
    expect(page).toContain(`${command.name()} `);
    for (const { flags } of help.visibleOptions(command))
      if (!flags.includes('--help')) expect(page).toContain(`.B ${flags}\n`);
  }
  expect(page).not.toContain('complete <shell>');
});

it('has no line that roff would take for a request of its own', () => {
  const requests = /^\.(?:TH|SH|SS|TP|PP|B|BR|I|br|nf|fi)(?: |$)/;
  const lines = manualPage('1.2.3').split('\n');
  for (const line of lines.filter((one) => /^[.']/.test(one))) expect(line).toMatch(requests);
});
