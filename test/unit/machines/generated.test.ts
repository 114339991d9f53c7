import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { generatedFiles } from '../../../src/model/generated.js';

const root = new URL('../../../', import.meta.url);

describe('what is generated from the definition', () => {
  it('is what is committed (npm run build && node scripts/generate.mjs)', async () => {
    const files = await generatedFiles();
    expect(files.map(([path]) => path)).toEqual(['machines/README.md', 'machines/graft.svg']);
    for (const [path, text] of files)
      expect((await readFile(new URL(path, root), 'utf8')) === text, `${path} is stale`).toBe(true);
  });
});
