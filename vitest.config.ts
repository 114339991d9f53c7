import * as os from 'node:os';
import { defineConfig } from 'vitest/config';

/** A project of tests: its folder, and how long one test of it may take. */
let order = 0;
/** Two at a time, on however few cores: `scripts/test` runs the paths beside the engines, below them. */
const WORKERS = Math.max(2, os.availableParallelism());
const project = (name: string, timeout: number, serial = false, globalSetup: string[] = []) => ({
  test: {
    name,
    // One project after the other: real engines answer late while every core drives paths.
    sequence: { groupOrder: (order += 1) },
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: timeout,
    hookTimeout: timeout,
    fileParallelism: !serial,
    maxWorkers: serial ? 1 : WORKERS,
    // Runs in memory make much that is soon forgotten: fewer collections are a sixth of their time.
    execArgv: serial ? [] : ['--max-semi-space-size=64'],
    globalSetup,
    // A loaded CI machine may starve a real engine beyond a deadline; what fails twice is broken.
    retry: serial && process.env['CI'] === 'true' ? 1 : 0,
  },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', 180_000),
      project('paths', 600_000),
      project('engine', 900_000, true, ['test/engine/support/global.ts']),
      project('package', 300_000, true),
    ],
  },
});
