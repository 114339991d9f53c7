/** What is asked of a gateway, and what becomes of a run where it does not answer. */
import { describe, expect, it } from 'vitest';
import { resumeOriginal, resumeSandbox } from '../../../src/actors/gateway.js';
import { optionsForPart } from '../../../src/actors/support/part-options.js';
import { recordOf } from '../../../src/actors/support/sandbox.js';
import { GatewayRefused, GatewayUnreachable } from '../../../src/openshell/errors.js';
import { optionsWith, sandboxLabels } from '../../harness/index.js';
import { codeOf, stage } from './stage.js';

const gateway = { sandbox: 'box', workspace: null, lifecycle: true, wasReady: true };

describe('a gateway that gives no answer', () => {
  it.each([
    new GatewayUnreachable('down', 'connection refused'),
    new GatewayRefused('Unauthenticated', 'the token has expired'),
    new GatewayRefused('PermissionDenied', 'not yours'),
  ])('is no verdict, and is not called an engine: %s', async (error) => {
    const { scope } = stage();
    const openshell = { ...scope.openshell, sandbox: () => Promise.reject(error) };
    expect(await codeOf(recordOf({ ...scope, openshell }, gateway))).toBe('gateway-unreachable');
  });

  it('has given one where it refuses for another reason, or knows of no sandbox', async () => {
    const { scope } = stage();
    const saying = (error: Error) => ({
      ...scope,
      openshell: { ...scope.openshell, sandbox: () => Promise.reject(error) },
    });
    const none = new GatewayRefused('NotFound', 'sandbox not found');
    expect(await recordOf(saying(none), gateway)).toBeNull();
    const odd = new GatewayRefused('InvalidArgument', 'no such workspace');
    await expect(recordOf(saying(odd), gateway)).rejects.toThrow('no such workspace');
  });
});

describe('a start through the gateway', () => {
  /** Two containers of one sandbox, neither of which runs, and a gateway that counts what it is told. */
  function twice() {
    const { engine, scope } = stage();
    const labels = sandboxLabels();
    const originalId = engine.run({ name: 'box', labels, state: 'exited' });
    const replacementId = engine.run({ name: 'other', labels, state: 'exited' });
    const started: string[] = [];
    const openshell = {
      ...scope.openshell,
      startSandbox: async () => void started.push('start'),
    };
    return { engine, scope: { ...scope, openshell }, originalId, replacementId, started };
  }

  it('is not asked for while the original is still there', async () => {
    const { scope, originalId, replacementId, started } = twice();
    const said = await resumeSandbox({ originalId, replacementId, gateway }, scope);
    expect(said).toMatchObject({ verdict: 'refused', reason: { code: 'sandbox-twice' } });
    expect(started).toEqual([]);
  });

  it('is not asked for the original while any other container of the sandbox is there', async () => {
    const { scope, originalId, started } = twice();
    expect(await codeOf(resumeOriginal({ originalId, gateway }, scope))).toBe('start-failed');
    expect(started).toEqual([]);
  });
});

it('a dependent is made again at once, and waits for no finalize', () => {
  const asked = optionsWith({ defer: true, keepBackup: true, allowDependents: true });
  expect(optionsForPart(asked)).toMatchObject({
    defer: false,
    keepBackup: false,
    allowDependents: false,
  });
});
