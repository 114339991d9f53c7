/** The checks find what they are for: each one with an engine that breaks it. */
import { describe, expect, it } from 'vitest';
import {
  atRest,
  baseline,
  MemoryEngine,
  nameFollowsTheRunning,
  neverBothRunning,
} from '../../memory/index.js';

const NO = { name: 'no', maximumRetryCount: 0 };
const ALWAYS = { name: 'always', maximumRetryCount: 0 };

function scene() {
  const engine = new MemoryEngine();
  const stranger = engine.run({ name: 'stranger', volumes: ['shared:/s:nocopy'] });
  const web = engine.run({ name: 'web', restart: 'always' });
  const before = baseline(engine, [web]);
  const rest = { name: 'web', ids: [web], policy: ALWAYS, running: true, before };
  return { engine, port: engine.port(), stranger, web, before, rest };
}
const BODY = { Image: 'busybox', Cmd: ['x'] };

it('finds nothing on an engine that nobody touched', () => {
  const { engine, rest } = scene();
  expect(atRest(engine, rest)).toEqual([]);
});

describe('neverBothRunning', () => {
  it('sees two run, also when the engine starts them', async () => {
    const { engine, port, web } = scene();
    const { id } = await port.createContainer('new', {
      ...BODY,
      HostConfig: { RestartPolicy: { Name: 'always' } },
    });
    const watch = neverBothRunning(engine, [web, id]);
    await port.stopContainer(web, 1);
    await port.startContainer(id);
    expect(watch.violations).toEqual([]);
    engine.outsider.restartEngine({ kind: 'graceful' });
    expect(watch.violations).toEqual(['running together: web and new']);
  });

  it('does not blame us for what an outsider starts second, but for what we start beside it', async () => {
    const { engine, port, web } = scene();
    const ids = new Set([web]);
    const watch = neverBothRunning(engine, ids);
    const { id } = await port.createContainer('new', BODY);
    ids.add(id);
    await port.stopContainer(web, 1);
    await port.startContainer(id);
    engine.outsider.start(web);
    expect(watch.violations).toEqual([]);
    await port.stopContainer(id, 1);
    await port.startContainer(id);
    expect(watch.violations).toEqual(['running together: web and new']);
    watch.stop();
  });
});

it('nameFollowsTheRunning sees a name on a second container', async () => {
  const { engine, port, web } = scene();
  const { id } = await port.createContainer('new', BODY);
  const watch = nameFollowsTheRunning(engine, 'web', [web, id]);
  await port.renameContainer(web, 'aside');
  expect(watch.violations).toEqual([]);
  await port.renameContainer(id, 'web');
  expect(watch.violations).toEqual(['web points at a second container while aside runs']);
});

describe('atRest', () => {
  type Scene = ReturnType<typeof scene>;
  const BROKEN: [what: string, breaks: (scene: Scene) => Promise<unknown>, found: RegExp][] = [
    [
      'nobody has the name',
      ({ port, web }) => port.renameContainer(web, 'aside'),
      /^5: nobody has the name web/,
    ],
    [
      'it is down',
      ({ port, web }) => port.stopContainer(web, 1),
      /^5: web is exited, the original was running/,
    ],
    [
      'its policy is gone',
      ({ port, web }) => port.setRestartPolicy(web, NO),
      /^7: web has restart policy no:0/,
    ],
    [
      'a container is left',
      ({ port }) => port.createContainer('litter', BODY),
      /^8: container litter is left/,
    ],
    [
      'a volume is left',
      ({ port }) => port.createContainer('litter', { ...BODY, Volumes: { '/v': {} } }),
      /^8: volume [0-9a-f]{64} is left/,
    ],
    [
      'a stranger was stopped',
      ({ port, stranger }) => port.stopContainer(stranger, 1),
      /^10: container stranger was touched/,
    ],
    [
      'a stranger was removed',
      ({ port, stranger }) => port.removeContainer(stranger, true),
      /^10: container stranger was touched/,
    ],
    [
      'a shared volume was written',
      ({ port }) =>
        port.createContainer('litter', { ...BODY, HostConfig: { Binds: ['shared:/s'] } }),
      /^10: volume shared has changed/,
    ],
    [
      'a tag was moved',
      async ({ engine }) => engine.outsider.untag('busybox'),
      /^10: image sha256:.* has changed/,
    ],
  ];
  it.each(BROKEN)('%s', async (_what, breaks, found) => {
    const arranged = scene();
    await breaks(arranged);
    expect(atRest(arranged.engine, arranged.rest)).toContainEqual(expect.stringMatching(found));
  });

  it('wants policy no of every other one of ours, and lets what was kept be', async () => {
    const { engine, port, web, rest } = scene();
    const backup = await port.createContainer('backup', {
      ...BODY,
      HostConfig: { RestartPolicy: ALWAYS_BODY },
    });
    const ours = { ...rest, ids: [web, backup.id], kept: [backup.id] };
    expect(atRest(engine, ours)).toEqual(['7: backup has restart policy always:0']);
    await port.setRestartPolicy(backup.id, NO);
    expect(atRest(engine, ours)).toEqual([]);
    await port.startContainer(backup.id);
    expect(atRest(engine, ours)).toEqual(['2: web and backup run']);
  });

  it('does not mind what strangers and outsiders do themselves', () => {
    const { engine, rest } = scene();
    engine.outsider.restartEngine({ kind: 'killed' });
    engine.outsider.remove('stranger');
    expect(atRest(engine, rest)).toEqual([]);
  });
});
const ALWAYS_BODY = { Name: 'always' };
