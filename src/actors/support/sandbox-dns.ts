import type { EngineFacts } from '../../docker/port.js';
import type { RawContainer } from '../../docker/raw.js';
import { fallbackDns } from '../../docker/spec/host-dns.js';
import { wantsDns } from '../../docker/spec/openshell.js';
import type { SandboxRequest } from '../../docker/spec/openshell.js';
import type { Warning } from '../../docker/spec/warning.js';
import type { ActorScope } from './scope.js';

export interface SandboxDns {
  /** The server to add; null: none is needed, or none is known. */
  readonly dns: string | null;
  readonly warnings: readonly Warning[];
}

/**
 * The DNS server for a sandbox whose host resolves on its loopback only. The files of the engine's
 * host can be read where that is this machine: an engine elsewhere (another host, Docker Desktop's
 * virtual machine) gets no server, and a warning says so.
 */
export function sandboxDns(
  { host }: Pick<ActorScope, 'host'>,
  raw: RawContainer,
  request: SandboxRequest,
  { hostName }: Pick<EngineFacts, 'hostName'>,
): SandboxDns {
  if (!wantsDns(raw, request)) return { dns: null, warnings: [] };
  if (hostName === host.name) return { dns: fallbackDns(host.read), warnings: [] };
  const message = `the sandbox gets no DNS server, as the resolver of the engine's host (${hostName}) cannot be read from here: if it listens on that host's loopback only, names do not resolve inside`;
  return { dns: null, warnings: [{ code: 'openshell-dns-unknown', message }] };
}
