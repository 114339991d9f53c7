/** What only an OpenShell sandbox gets, asked for by the actors themselves. */
import { describe, expect, it } from 'vitest';
import { sandboxDns } from '../../../src/actors/support/sandbox-dns.js';
import { desiredFor, expectedFor } from '../../../src/actors/support/request.js';
import { mustSee } from '../../../src/actors/support/look.js';
import type { ThisHost } from '../../../src/this-host.js';
import { stage } from './stage.js';
import type { Stage } from './stage.js';

const LABELS = { 'openshell.ai/managed-by': 'openshell', 'openshell.ai/sandbox-id': 'x' };
const REQUEST = {
  mode: 'gpus',
  devices: 'all',
  network: 'preserve',
  image: 'busybox',
  daemonUlimits: [],
  dns: '10.0.0.53',
  rejoin: null,
} as const;
const stub = (name: string): ThisHost => ({
  name,
  read: (path) =>
    path === '/etc/resolv.conf' ? 'nameserver 127.0.0.53\n' : 'nameserver 10.0.0.53\n',
});
/** What the replacement would be asked to have, and what it would be expected to have. */
async function asked({ engine, scope }: Stage, labels: Readonly<Record<string, string>>) {
  const raw = await mustSee(scope, engine.run({ name: 'box', image: 'busybox', labels }), 'it');
  const request = { ...REQUEST, daemonUlimits: [] };
  const { body } = await desiredFor(scope, raw, request);
  const { hostConfig } = await expectedFor(scope, raw, request);
  return [body['HostConfig'], hostConfig];
}

describe('the specification', () => {
  it('of a sandbox has what its supervisor needs', async () => {
    for (const part of await asked(stage(), LABELS)) {
      expect(part).toMatchObject({
        CapAdd: ['SYS_PTRACE'],
        SecurityOpt: ['apparmor=unconfined'],
        Dns: ['10.0.0.53'],
      });
    }
  });

  it.each([
    ['a plain container', {}, {}],
    ['one of an image that was committed from a sandbox', LABELS, LABELS],
    ['another label of OpenShell', {}, { 'openshell.ai/other': 'x' }],
  ])('of %s has none of it', async (_, Labels, labels) => {
    const set = stage();
    set.engine.image('busybox', { Labels });
    for (const part of await asked(set, labels)) {
      expect(part).toMatchObject({ CapAdd: null, SecurityOpt: null, Dns: null });
    }
  });
});

describe('the DNS server', () => {
  const request = { sandbox: true, mode: 'auto', network: 'preserve' } as const;
  const found = async (host: ThisHost, over: Partial<Parameters<typeof sandboxDns>[2]> = {}) => {
    const { engine, scope } = stage({}, {}, { host });
    const raw = await mustSee(scope, engine.run({ name: 'box' }), 'it');
    return sandboxDns(scope, raw, { ...request, ...over }, await scope.docker.engine());
  };

  it('is read where the engine runs on this machine', async () => {
    expect(await found(stub('memory-host'))).toEqual({ dns: '10.0.0.53', warnings: [] });
  });

  it('is not guessed from another machine’s files', async () => {
    const { dns, warnings } = await found(stub('laptop'));
    expect(dns).toBeNull();
    expect(warnings.map(({ code }) => code)).toEqual(['openshell-dns-unknown']);
    expect(warnings[0]?.message).toContain('memory-host');
  });

  it.each([{ sandbox: false }, { network: 'host' }, { mode: 'none' }] as const)(
    'is not looked for with %j',
    async (over) => {
      const host = { ...stub('memory-host'), read: () => expect.unreachable() };
      expect(await found(host, over)).toEqual({ dns: null, warnings: [] });
    },
  );
});
