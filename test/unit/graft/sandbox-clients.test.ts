/** Which sandbox is meant, and by which client it is asked about. */
import { describe, expect, it } from 'vitest';
import { Lab, sandboxLabels } from '../../harness/index.js';
import { graft, phase, sandbox } from './sandboxes.js';

it.each([
  ['in another workspace', 'theirs'],
  ['of another gateway on the same engine', 'default'],
])('of the same name %s is none of the run', async (_, workspace) => {
  const { lab } = await sandbox('lifecycle');
  const labels = { ...sandboxLabels('box', workspace), 'openshell.ai/sandbox-id': 'another' };
  const theirs = lab.engine.run({ name: 'theirs', labels });
  const { report } = await graft(lab);
  expect(report).toMatchObject({ outcome: 'grafted', reason: null });
  expect(lab.engine.find(theirs)?.status).toBe('running');
});

it.each(['--force', 'a b', 'a\u001b[2J'])('of the name %j is refused', async (name) => {
  const lab = new Lab({ gateway: 'early' });
  const id = lab.engine.run({ name: 'openshell-box', labels: sandboxLabels(name) });
  const { report } = await graft(lab);
  expect(report).toMatchObject({ outcome: 'refused', reason: { code: 'sandbox-unnamed' } });
  expect(lab.engine.find(id)?.status).toBe('running');
});

describe('a client of another time than its gateway', () => {
  it('that is older is refused: it would stop a container behind the gateway’s back', async () => {
    const { lab, id } = await sandbox('lifecycle');
    lab.gateway.client = 'early';
    const { report } = await graft(lab);
    expect(report).toMatchObject({
      outcome: 'refused',
      reason: {
        code: 'openshell-client-old',
        hint: expect.stringContaining('--openshell-bin') as string,
      },
    });
    expect(lab.engine.find('openshell-box')).toMatchObject({ id, status: 'running' });
    expect(await phase(lab)).toBe('Ready');
  });

  it('that is newer hears that there is no stop, and nothing has changed', async () => {
    const { lab, id } = await sandbox('early');
    lab.gateway.client = 'lifecycle';
    const { report } = await graft(lab);
    expect(report).toMatchObject({
      outcome: 'rolledBack',
      reason: {
        code: 'gateway-refused',
        hint: expect.stringContaining('--openshell-bin') as string,
      },
    });
    expect(lab.engine.find('openshell-box')).toMatchObject({ id, status: 'running' });
    expect(await phase(lab)).toBe('Ready');
  });
});
