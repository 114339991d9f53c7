import * as os from 'node:os';
import { defineConfig } from 'vitest/config';

/** A project of tests: its folder, and how long one test of it may take. */
let order = 0;
/** Two at a time, on however few cores: `scripts/test` runs the paths beside the engines, below them. */
const WORKERS = Math.max(2, os.availableParallelism());
interface Kind {
  /** How many of its files run at a time. */
  readonly workers?: number;
  /** It works with real engines. */
  readonly real?: boolean;
  readonly globalSetup?: string[];
}
const project = (
  name: string,
  timeout: number,
  { workers = WORKERS, real = false, globalSetup = [] }: Kind = {},
) => ({
  test: {
    name,
    // One project after the other: real engines answer late while every core drives paths.
    sequence: { groupOrder: (order += 1) },
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: timeout,
    hookTimeout: timeout,
    fileParallelism: workers > 1,
    maxWorkers: workers,
    // Runs in memory make much that is soon forgotten: fewer collections are a sixth of their time.
    execArgv: real ? [] : ['--max-semi-space-size=64'],
    globalSetup,
    // A loaded CI machine may starve a real engine beyond a deadline; what fails twice is broken.
    retry: real && process.env['CI'] === 'true' ? 1 : 0,
  },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', 180_000),
      project('paths', 600_000),
      // Each worker has engines of its own, and mostly waits for them.
      project('engine', 900_000, {
        workers: 2,
        real: true,
        globalSetup: ['test/engine/support/global.ts'],
      }),
      // The inspector, in real Chromium, as it is shipped.
      project('browser', 180_000, {
        workers: 1,
        real: true,
        globalSetup: ['test/engine/support/global.ts', 'test/browser/support/build.ts'],
      }),
      project('package', 300_000, { workers: 1, real: true }),
    ],
  },
});
