/** Once for the whole run: the build that child processes run, and the end of every engine of ours. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { engineScript, root, runName } from './engines.js';
import { dropSlots } from './slot.js';

/** Ends this run's engines, and those of runs whose process is gone. */
async function endEngines(): Promise<void> {
  const lines = (await engineScript('list')).split('\n');
  const names = lines.map((line) => line.split(' ')[0] ?? '').filter((name) => isOver(name));
  await Promise.all(names.map((name) => engineScript('down', '--name', name, '--wipe')));
}

function isOver(name: string): boolean {
  const run = /^gt-(\d+)-/.exec(name)?.[1];
  return run !== undefined && (`gt-${run}` === runName() || !existsSync(`/proc/${run}`));
}

export async function setup(): Promise<void> {
  process.env['GPUGRAFT_TEST_RUN'] = String(process.pid);
  await endEngines();
  // The compiler emits whatever it thinks of the types; those are another check's matter.
  await promisify(execFile)('npx', ['tsc', '--build', 'tsconfig.build.json'], { cwd: root }).catch(
    (error: unknown) => {
      if (!existsSync(`${root}/dist/src/index.js`)) throw error;
    },
  );
}

export async function teardown(): Promise<void> {
  await endEngines();
  dropSlots(runName());
}
