/** What a container has logged stays readable once the container is gone. */
import { describe, expect, it } from 'vitest';
import { removeBackup } from '../../../src/actors/completion.js';
import { collectDiagnostics } from '../../../src/actors/rollback.js';
import type { ActorScope } from '../../../src/actors/support/scope.js';
import { EngineAnswerInvalid } from '../../../src/docker/errors.js';
import { failure } from '../../../src/errors.js';
import type { Call, Hooks, Verdict } from '../../memory/index.js';
import type { RunOptions } from '../../memory/run.js';
import { at, codeOf, runId, stage } from './stage.js';

const WORDS = 'old \u001b[2J\nwords\n';

function set(hooks: Hooks = {}, more: RunOptions['hostConfig'] = {}, words = WORDS) {
  const staged = stage(hooks);
  const { engine, scope } = staged;
  const original = { name: 'box.backup', hostConfig: more, state: 'exited' as const };
  const originalId = engine.run(original);
  // As it was when it ran: each start of a script would log once more.
  engine.find(originalId)!.logs = words;
  const replacementId = engine.run({ name: 'box' }, { logs: 'new words\n' });
  const input = {
    originalId,
    replacementId,
    backupName: 'box.backup',
    replacementName: 'box',
    isToRun: true,
  };
  const remove = (over: Partial<ActorScope> = {}) => removeBackup(input, { ...scope, ...over });
  const kept = () => staged.folder.run(runId).logs;
  return { ...staged, originalId, replacementId, remove, kept };
}
const stamped = (text: string): RegExp =>
  new RegExp(`^${text.replace(/[[\]]/g, String.raw`\$&`).replace(/^(?=.)/gm, String.raw`\S+ `)}$`);

/** A disk that takes no piece. */
const full = ({ store }: ActorScope): Pick<ActorScope, 'store'> => ({
  store: {
    ...store,
    writeLog: (_, fill) =>
      fill(() => {
        throw failure('state-dir', 'no space left on device');
      }),
  },
});

describe('the logs of the original', () => {
  it('are kept, as they are, before it goes', async () => {
    const { engine, originalId, remove, kept } = set();
    expect(await remove()).toEqual({ result: 'removed', warnings: [] });
    expect(engine.find(originalId)).toBeNull();
    expect([...kept().keys()]).toEqual(['original.log']);
    expect(kept().get('original.log')).toMatch(stamped(WORDS));
  });

  it.each<[string, Verdict]>([
    ['the answer breaks off', { kind: 'lost-reply' }],
    ['the engine stumbles', { kind: 'refuse', status: 500, message: 'a bad day' }],
    ['it cannot be reached for a while', { kind: 'unreachable', calls: 5 }],
  ])('are kept once although %s', async (_, verdict) => {
    const { remove, kept } = set(at('readLogs', verdict));
    expect(await remove()).toEqual({ result: 'removed', warnings: [] });
    expect(kept().get('original.log')).toMatch(stamped(WORDS));
  });

  it('that are empty make no file', async () => {
    const { remove, kept } = set({}, {}, '');
    expect(await remove()).toEqual({ result: 'removed', warnings: [] });
    expect(kept().size).toBe(0);
  });

  it('that cannot be read back are named once, and hold nothing up', async () => {
    const { engine, originalId, remove, kept } = set(
      {},
      { LogConfig: { Type: 'none', Config: {} } },
    );
    expect(await remove()).toMatchObject({
      result: 'removed',
      warnings: [
        { code: 'logs-not-readable', message: expect.stringContaining('the log driver none') },
      ],
    });
    expect(engine.find(originalId)).toBeNull();
    expect(kept().size).toBe(0);
  });

  it.each<[string, Hooks, (scope: ActorScope) => Partial<ActorScope>, string]>([
    ['the disk is full', {}, full, 'no space left on device'],
    [
      'the engine refuses',
      at('readLogs', { kind: 'refuse', status: 500, message: 'journald is not enabled' }, 100),
      () => ({}),
      'journald is not enabled',
    ],
    [
      'the engine cannot read on',
      {},
      ({ docker }) => ({
        docker: Object.assign(docker, {
          readLogs: () => Promise.reject(new EngineAnswerInvalid('Error grabbing logs: EOF')),
        }),
      }),
      'Error grabbing logs: EOF',
    ],
  ])(
    'stay with it where %s, and it says how both are done by hand',
    async (_, hooks, over, why) => {
      const { engine, scope, originalId, remove, kept } = set(hooks);
      const ended = await remove({ dockerCommand: 'docker --context lab', ...over(scope) });
      expect(ended).toMatchObject({ result: 'leaked', reason: { code: 'logs-not-kept' } });
      const { reason } = ended as { reason: { message: string; hint: string } };
      expect(reason.message).toContain(why);
      expect(reason.hint).toBe(
        'docker --context lab logs --timestamps box.backup > box.backup.log 2>&1 && docker --context lab rm box.backup does both by hand',
      );
      expect(engine.find(originalId)).not.toBeNull();
      expect(engine.calls.some(({ changing }) => changing)).toBe(false);
      expect(kept().size).toBe(0);
    },
  );

  it('leave the run open where the engine does not answer', async () => {
    const { remove } = set(at('readLogs', { kind: 'unreachable' }, 1000));
    expect(await codeOf(remove())).toBe('engine-unreachable');
  });

  it.each<[string, (call: Call) => boolean]>([
    ['kept', ({ method }) => method === 'readLogs'],
    ['removed', ({ method }) => method === 'removeContainer'],
  ])('are there, and it is gone, when a process was killed as it was %s', async (_, which) => {
    const { engine, originalId, scope, remove, kept } = set();
    const docker = engine.port({
      hooks: { before: (call) => (which(call) ? { kind: 'die-after' } : undefined) },
      death: 'throw',
    });
    await expect(remove({ docker })).rejects.toThrow('died');
    expect(await remove({ docker: scope.docker })).toEqual({ result: 'removed', warnings: [] });
    expect(engine.find(originalId)).toBeNull();
    expect(kept().get('original.log')).toMatch(stamped(WORDS));
  });

  it('are not read of one that somebody started: it stays', async () => {
    const { engine, originalId, remove } = set();
    engine.outsider.start(originalId);
    expect(await remove()).toMatchObject({ result: 'leaked', reason: { code: 'remove-failed' } });
    expect(engine.calls.map(({ method }) => method)).not.toContain('readLogs');
  });
});

describe('the logs of a replacement that will be taken down', () => {
  const collected = async (hooks: Hooks, over: (scope: ActorScope) => Partial<ActorScope>) => {
    const { engine, scope, originalId, replacementId, kept } = set(hooks);
    const original = {
      id: originalId,
      name: 'box',
      digest: '',
      imageId: engine.find(originalId)!.imageId,
      policy: { name: 'no', maximumRetryCount: 0 },
      running: true,
      healthy: false,
      startedAt: '',
    };
    const reason = { code: 'exited', message: 'it exited', hint: null };
    const input = { original, replacementId, gateway: null, reason, goes: true, again: false };
    const { folder } = await collectDiagnostics(input, { ...scope, ...over(scope) });
    expect(folder).toMatch(/diagnostics$/);
    return kept();
  };

  it('are kept', async () => {
    const logs = await collected({}, () => ({}));
    expect([...logs.keys()]).toEqual(['replacement.log']);
    expect(logs.get('replacement.log')).toMatch(stamped('new words\n'));
  });

  it('are kept as far as they came', async () => {
    const logs = await collected(at('readLogs', { kind: 'lost-reply' }), () => ({}));
    expect(logs.get('replacement.log')).toMatch(stamped('new words\n'));
  });

  it.each<[string, Hooks, (scope: ActorScope) => Partial<ActorScope>]>([
    ['the disk is full', {}, full],
    [
      'the engine refuses',
      at('readLogs', { kind: 'refuse', status: 500, message: 'no' }),
      () => ({}),
    ],
    ['the engine does not answer', at('readLogs', { kind: 'unreachable' }), () => ({})],
  ])('hold nothing up where %s', async (_, hooks, over) => {
    expect((await collected(hooks, over)).size).toBe(0);
  });
});
