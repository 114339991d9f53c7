/** Diagnostics on demand, and what a word may mean: a container, or a sandbox. */
import { begin, newSession, world } from './root.js';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { diagnoseContainer, graft } from '../../../src/graft.js';
import { optionsWith, sandboxLabels } from '../../harness/index.js';

describe('diagnose', () => {
  it('writes a bundle without values, for the owner alone, and says of the last run how it ended', async () => {
    begin({ TOKEN: 'canary-token' });
    const session = newSession();
    const report = await graft('box', optionsWith({ ready: 'running' }), session);
    expect(report.outcome).toBe('grafted');
    const found = await diagnoseContainer('box', session);
    expect(found).toMatchObject({ name: 'box', runId: report.runId, reason: null });
    const folder = found.folder ?? '';
    expect(fs.statSync(folder).mode & 0o777).toBe(0o700);
    const texts = found.files.map((file) => {
      expect(fs.statSync(path.join(folder, file)).mode & 0o777).toBe(0o600);
      return fs.readFileSync(path.join(folder, file), 'utf8');
    });
    expect(texts.join('\n')).not.toContain('canary');
    expect(texts.join('\n')).toContain('TOKEN');
    expect(fs.readFileSync(path.join(folder, 'summary.txt'), 'utf8')).toMatch(
      /container_name=box\n(.*\n)*rolled_back=no\n/,
    );
    expect(found.files).toContain('replacement.json');
  });

  it('is there for a container that nobody has grafted, and refuses what is none', async () => {
    begin();
    const session = newSession();
    expect(await diagnoseContainer('box', session)).toMatchObject({ runId: null, reason: null });
    expect(await diagnoseContainer('nobody', session)).toMatchObject({
      folder: null,
      reason: { code: 'no-such-container' },
    });
  });
});

describe('a word', () => {
  it('means the container of a sandbox where no container has that name', async () => {
    begin();
    const id = world.engine.run({ name: 'openshell-dev-1', labels: sandboxLabels('dev') });
    const session = newSession();
    const found = await diagnoseContainer('dev', session);
    expect(found).toMatchObject({ name: 'openshell-dev-1', reason: null });
    const report = await graft('dev', optionsWith(), session);
    expect(report.container).toMatchObject({ name: 'openshell-dev-1', originalId: id });
  });

  it('that means two containers of sandboxes means none', async () => {
    begin();
    world.engine.run({ name: 'one', labels: sandboxLabels('dev') });
    world.engine.run({ name: 'two', labels: sandboxLabels('dev') });
    const report = await graft('dev', optionsWith(), newSession());
    expect(report).toMatchObject({ outcome: 'refused', reason: { code: 'sandbox-twice' } });
  });
});
