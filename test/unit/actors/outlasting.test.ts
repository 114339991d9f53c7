/** An engine that is going down still answers, with 500s: on the way back that is no verdict. */
import { expect, it } from 'vitest';
import { restartOriginal } from '../../../src/actors/rollback.js';
import { at, codeOf, stage } from './stage.js';

const refused = { kind: 'refuse', status: 500, message: 'failed to update store' } as const;
const replacementId = 'e'.repeat(64);

it('starts the original once the engine that refused it is back', async () => {
  const { engine, scope } = stage(at('startContainer', refused));
  const originalId = engine.run({ name: 'box' });
  engine.outsider.stop(originalId);
  engine.clock.at(engine.clock.now() + 1500, 'restart', () =>
    engine.outsider.restartEngine({ kind: 'graceful', downMs: 3000 }),
  );
  expect(await codeOf(restartOriginal({ originalId, replacementId }, scope))).toBe('done');
  expect((await scope.docker.inspectContainer(originalId))?.State.Running).toBe(true);
});

it('takes the refusal of an engine that stays up for what it is, and asks no second time', async () => {
  const { engine, scope } = stage(at('startContainer', refused, 9));
  const originalId = engine.run({ name: 'box' });
  engine.outsider.stop(originalId);
  const began = engine.clock.now();
  expect(await codeOf(restartOriginal({ originalId, replacementId }, scope))).toBe('start-failed');
  expect(engine.calls.filter(({ method }) => method === 'startContainer')).toHaveLength(1);
  expect(engine.clock.now() - began).toBeLessThan(scope.patienceMs);
});
