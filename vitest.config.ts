import { defineConfig } from 'vitest/config';

/** A project of tests: its folder, and how long one test of it may take. */
const project = (name: string, timeout: number, serial = false, globalSetup: string[] = []) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: timeout,
    hookTimeout: timeout,
    fileParallelism: !serial,
    globalSetup,
  },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', 20_000),
      project('paths', 600_000),
      project('engine', 300_000, true, ['test/engine/support/global.ts']),
      project('package', 300_000, true),
    ],
  },
});
