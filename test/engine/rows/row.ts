/** One container of the table of cases, grafted by the product and compared in three ways. */
import { expect } from 'vitest';
import type { Options } from '../../../machines/index.js';
import type { Report } from '../../../src/report.js';
import type { JsonObject } from '../../../src/docker/raw.js';
import { comparable } from '../fidelity/same.js';
import type { Allowed } from '../fidelity/same.js';
import type { Doc, Kind } from '../support/engines.js';
import { expectReplaced } from '../support/ends.js';
import { play } from '../support/scene.js';
import type { Scene, Setting } from '../support/scene.js';
import { IDLE, IMAGE, House } from './house.js';
import { inside } from './inside.js';

/** What a check is told: the replacement has the name by then. */
export interface Grafted {
  readonly house: House;
  readonly scene: Scene;
  readonly report: Report;
  /** The replacement's inspect. */
  readonly now: Doc;
  /** Runs a script in the replacement. @returns what it wrote */
  readonly sh: (script: string) => Promise<string>;
}

export interface Row {
  readonly name: string;
  /** Arguments of `docker run`. */
  readonly run?: readonly string[] | ((house: House) => Promise<readonly string[]>);
  readonly setting?: Omit<Setting, 'run' | 'beforeStart' | 'afterStart'>;
  /** Done between the create and the start. */
  readonly beforeStart?: (house: House, name: string) => Promise<unknown>;
  /** Done to the running container before it is looked at. */
  readonly afterStart?: (house: House, name: string) => Promise<unknown>;
  readonly engines?: readonly Kind[];
  readonly options?: Partial<Options>;
  readonly allowed?: Allowed;
  /** The codes of exactly the warnings that the report has, by engine where they differ. */
  readonly warnings?: readonly string[] | Readonly<Record<Kind, readonly string[]>>;
  /** Behaviours that no inspect shows. */
  readonly check?: (grafted: Grafted) => Promise<unknown> | void;
}

/**
 * Makes the container, grafts it, and holds original and replacement against each other: what was
 * configured, the whole inspect but for what must differ, and all that is seen from inside.
 */
export async function expectSame(kind: Kind, row: Row): Promise<void> {
  const house = await House.open(kind);
  const { engine } = house;
  const run = typeof row.run === 'function' ? await row.run(house) : (row.run ?? []);
  const step = (deed: Row['beforeStart'], when: 'beforeStart' | 'afterStart') =>
    deed === undefined ? {} : { [when]: (name: string) => deed(house, name) };
  const setting = {
    image: IMAGE,
    command: IDLE,
    run,
    ...row.setting,
    ...step(row.beforeStart, 'beforeStart'),
    ...step(row.afterStart, 'afterStart'),
  };
  await play(engine, setting, async (scene) => {
    const { before } = scene;
    const seen = await inside(engine, before);
    const report = await scene.graft(row.options);
    await expectReplaced(scene, report);
    const now = (await scene.named()) as Doc;
    const warnings = row.warnings ?? [];
    const expected = 'oldest' in warnings ? warnings[kind] : warnings;
    const codes = report.warnings.map(({ code }) => code);
    expect(codes.toSorted(), JSON.stringify(report.warnings)).toEqual(expected.toSorted());
    const same = (doc: Doc) => withoutImage(comparable(doc, row.allowed), codes);
    expect(same(now)).toEqual(same(before));
    expect(await inside(engine, now)).toEqual(seen);
    const sh = (script: string) => engine.docker('exec', scene.name, 'sh', '-c', script);
    await row.check?.({ house, scene, report, now, sh });
  });
}

/** A carried layer has an image of its own, and an image whose tag is gone is named by its ID. */
function withoutImage(doc: JsonObject, warnings: readonly string[]): JsonObject {
  const carried = warnings.includes('layer-carried');
  if (!carried && !warnings.includes('image-by-id')) return doc;
  const config = { ...(doc['Config'] as JsonObject), Image: null };
  return { ...doc, Config: config, ...(carried ? { Image: null } : {}) };
}
