/** One run as one file: it asks nobody, runs nothing of the run's, and tells nothing that is nobody's business. */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportRun } from '../../../src/inspector/export.js';
import { chart } from '../../../src/inspector/film/chart.js';
import { embedded, exportedPage, livePage } from '../../../src/inspector/page.js';
import { RunFolder } from '../../../src/runtime/store.js';
import { rescueJson } from '../../../src/runtime/rescue.js';
import { observed } from '../spec/observed.js';
import { folder } from '../runtime/lines.js';
import { HOSTILE_TEXTS, assets, linesOf, over, runId, stateWith, textOf } from './support.js';

const exported = async (state: string): Promise<string> => {
  const file = path.join(folder(), 'run.html');
  await exportRun(state, runId, file, assets);
  return fs.readFileSync(file, 'utf8');
};
const withTexts = (...texts: readonly string[]): string =>
  stateWith(textOf(linesOf({}, { state: 'stranded', snapshot: over({ texts }) })));
const filmIn = (html: string): unknown =>
  JSON.parse(/<script type="application\/json" id="film">(.*)<\/script>/.exec(html)?.[1] ?? 'null');

describe('an exported run', () => {
  it('names all that may run in it by its hash, and allows nothing else', async () => {
    const html = await exported(withTexts());
    const sum = (text: string): string => createHash('sha256').update(text).digest('base64');
    const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
    expect(policy).toContain("default-src 'none'; ");
    expect(policy).toContain(`script-src 'sha256-${sum(assets.script)}'`);
    expect(policy).toContain(`style-src 'sha256-${sum(assets.style)}'`);
    expect(policy).not.toMatch(/unsafe|connect-src|img-src|https?:/);
    expect(html).not.toMatch(/(?:src|href)=/);
  });

  it.each(HOSTILE_TEXTS.map((text) => [text]))('takes %j for text', async (text) => {
    const html = await exported(withTexts(text));
    expect(html.match(/<script/g)).toHaveLength(3);
    expect(html.match(/<\/script/g)).toHaveLength(3);
    expect(html).not.toMatch(/<img|<iframe|<!--|<svg onload/);
    expect(filmIn(html)).toMatchObject({ frames: [{}, { changes: { texts: [text] } }] });
  });

  it('lets no script or style sheet end its own element', () => {
    const hostile = {
      ...assets,
      script: "a('</script><!--<script>')",
      style: 'b { c: "</style>" }',
    };
    const film = {
      schema: 1,
      runId,
      machine: null,
      frames: [],
      calls: [],
      standing: { holder: 'gone', problem: null },
    } as const;
    const html = exportedPage(hostile, chart(), film);
    expect(html.match(/<\/script/g)).toHaveLength(3);
    expect(html.match(/<\/style/g)).toHaveLength(1);
    expect(html).not.toContain('<!--');
  });

  it('has no value of the environment, no name of the machine and no folder of it', async () => {
    const state = withTexts(
      'the log said canary-value',
      `on ${os.hostname()}`,
      `in ${os.homedir()}/x`,
    );
    const run = new RunFolder(state, runId);
    const inspect = observed({ Config: { Env: ['TOKEN=canary-value', 'MODE=stranded'] } });
    fs.writeFileSync(
      run.rescueFiles[0],
      rescueJson({ inspect } as unknown as Parameters<typeof rescueJson>[0]),
      { mode: 0o600 },
    );
    const html = await exported(state);
    for (const secret of [
      'canary-value',
      os.homedir() === '/' ? 'canary' : `${os.homedir()}/x`,
      state,
    ]) {
      expect(html).not.toContain(secret);
    }
    expect(JSON.stringify(filmIn(html))).toContain('the log said <redacted>');
    expect(JSON.stringify(filmIn(html))).toContain('on <host>');
    expect(filmIn(html)).toMatchObject({ frames: [{}, { state: 'stranded' }] });
  });

  it('is for its owner alone, and takes no place that is taken', async () => {
    const file = path.join(folder(), 'run.html');
    const state = withTexts();
    await exportRun(state, runId, file, assets);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    await expect(exportRun(state, runId, file, assets)).rejects.toMatchObject({
      failure: { code: 'file', message: `cannot write ${file}: it is there already` },
    });
    await expect(exportRun(state, runId, '/nowhere/run.html', assets)).rejects.toMatchObject({
      failure: { code: 'file' },
    });
    await expect(exportRun(state, '20200101-000000-ffffff', file, assets)).rejects.toMatchObject({
      failure: { code: 'no-such-run' },
    });
    await expect(exportRun(stateWith('rubbish'), runId, `${file}2`, assets)).rejects.toMatchObject({
      failure: { code: 'journal-invalid' },
    });
  });
});

describe('a page', () => {
  it('embeds data that ends no element and begins no comment', () => {
    for (const text of HOSTILE_TEXTS) {
      const written = embedded({ text });
      expect(written).not.toMatch(/[<>&\u2028\u2029]/);
      expect(JSON.parse(written)).toEqual({ text });
    }
  });

  it('that is served has no script of its own in it', () => {
    const html = livePage(assets, chart(), runId);
    expect(html.match(/<script(?! type="application\/json")[^>]*>[^<]/g)).toBeNull();
    expect(html).not.toMatch(/ on\w+=|style="/);
  });
});
