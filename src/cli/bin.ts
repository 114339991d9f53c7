#!/usr/bin/env node
/**
 * The process. `--version` answers from package.json alone: everything else costs imports that
 * are many times as slow as Node itself.
 */
import { readFileSync } from 'node:fs';

const argv = process.argv.slice(2);
const manifest = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
const { version } = JSON.parse(manifest) as { version: string };

if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
  process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') return;
    process.stderr.write(`gpugraft: ${message}\n`);
    process.exitCode = 1;
  });
  process.stdout.write(`${version}\n`);
} else {
  const { runProcess } = await import('./run-process.js');
  await runProcess(argv, version);
}
