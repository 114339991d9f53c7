/** The adapter of the OpenShell port for real gateways. */
import type { OpenShellPort, Sandbox } from '../port.js';
import { changePhase, execInSandbox } from './changes.js';
import { Client } from './client.js';
import { findSandbox, pagesOf, textsOf } from './looks.js';
import type { OpenShellPortOptions } from './options.js';

export type { Deadlines, OpenShellPortOptions } from './options.js';

/**
 * A port to the gateway that the user's own `openshell` reaches: which one, its TLS and its tokens
 * are the client's business. Each call is one child; nothing outlives it, so there is no `close`.
 */
export function createOpenShellPort(options: OpenShellPortOptions = {}): OpenShellPort {
  const client = new Client(options);
  return {
    async capabilities(given = {}) {
      const { lifecycle, json, workspace, version } = await client.abilities(given.signal);
      return { lifecycle, json, workspace, version };
    },
    async listSandboxes(workspace, given = {}) {
      const sandboxes: Sandbox[] = [];
      for await (const page of pagesOf(client, workspace, given.signal)) sandboxes.push(...page);
      return sandboxes;
    },
    sandbox: (ref, given = {}) => findSandbox(client, ref, given.signal),
    exec: (ref, argv, given = {}) => execInSandbox(client, ref, argv, given),
    stopSandbox: (ref, given = {}) => changePhase(client, 'stop', ref, given.signal),
    startSandbox: (ref, given = {}) => changePhase(client, 'start', ref, given.signal),
    texts: (ref, given = {}) => textsOf(client, ref, given.signal),
  };
}
