#!/usr/bin/env node
// Makes of the rc cleaner the one file that the image ships. It asks for `fs` by a call and not by an import:
// to import it, Node makes a module of it with every name that it has, `fs.promises` and what that loads
// included, which takes as long as two clean-ups (Node 20.19: 1.22 times `node -e 0` with it, 1.13 without).
import { rolldown } from 'rolldown';

const input = new URL('../dist/src/image/clean-runtime-shell-env-shim.js', import.meta.url);
const file = new URL('../dist/image/clean-runtime-shell-env-shim.mjs', import.meta.url);

const bundle = await rolldown({ input: input.pathname, platform: 'node' });
await bundle.write({
  file: file.pathname,
  format: 'esm',
  plugins: [
    {
      name: 'ask-for-fs',
      renderChunk(code) {
        const asked = code.replace(
          'import * as fs from "node:fs";',
          'const fs = process.getBuiltinModule("node:fs");',
        );
        const left = /^import\b.*/m.exec(asked)?.[0];
        if (asked === code || left !== undefined)
          throw new Error(
            `the cleaner may load nothing but fs: ${left ?? 'not even that is there'}`,
          );
        return asked;
      },
    },
  ],
});
