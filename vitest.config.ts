import { defineConfig } from 'vitest/config';

/** A project of tests: its folder, and how long one test of it may take. */
let order = 0;
const project = (name: string, timeout: number, serial = false, globalSetup: string[] = []) => ({
  test: {
    name,
    // One project after the other: real engines answer late while every core drives paths.
    sequence: { groupOrder: (order += 1) },
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: timeout,
    hookTimeout: timeout,
    fileParallelism: !serial,
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
