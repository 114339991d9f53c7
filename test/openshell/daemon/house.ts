/** One gateway, its engine, and the sandboxes that are made through it. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Gateway } from '../gateway.js';
import { GatewayRefused } from '../gateway.js';
import type { Phase } from '../phase.js';
import { containerNameOf, labelsOf } from '../watched.js';
import type { SandboxIdentity } from '../watched.js';
import type { DockerEngine } from './engine.js';

export interface House {
  readonly gateway: Gateway;
  readonly engine: DockerEngine;
}

/** As a client names a sandbox. */
export interface Named {
  readonly name: string;
  /** Null: it knows of none. */
  readonly workspace: string | null;
}

export interface Wanted {
  readonly name: string;
  readonly image: string;
  /** Of a generation that has workspaces; `default` when left out. */
  readonly workspace?: string;
  /** Of the sandbox; empty: whatever keeps it up. */
  readonly command: readonly string[];
  /** Laid over the body of the create, as the engine's API has it. */
  readonly body?: { readonly HostConfig?: object; readonly Labels?: object };
}

/** Ends at once when it is asked to, as process 1 is an init. */
const SUPERVISOR: readonly string[] = ['sleep', '1000000'];
const LOOK_AGAIN_MS = 50;
const PATIENCE_MS = 300_000;

/** Creates and starts the container, with the record before it. @returns the container's ID */
export async function furnish({ gateway, engine }: House, wanted: Wanted): Promise<string> {
  const { traits } = gateway;
  const workspace = traits.lifecycle ? (wanted.workspace ?? 'default') : '';
  if (gateway.registry.find(wanted.name, workspace) !== null) {
    throw new GatewayRefused('FailedPrecondition', `sandbox '${wanted.name}' already exists`);
  }
  const identity: SandboxIdentity = {
    id: randomUUID(),
    name: wanted.name,
    workspace,
  };
  gateway.register(identity);
  const own = traits.commandInContainer && wanted.command.length > 0;
  try {
    const id = await engine.create(containerNameOf(identity), {
      Image: wanted.image,
      Cmd: own ? wanted.command : SUPERVISOR,
      Env: [
        `OPENSHELL_SANDBOX_ID=${identity.id}`,
        `OPENSHELL_SANDBOX=${identity.name}`,
        'OPENSHELL_ENDPOINT=http://host.openshell.internal:8080',
      ],
      ...wanted.body,
      Labels: { ...wanted.body?.Labels, ...labelsOf(identity, engine.namespace) },
      HostConfig: {
        Init: true,
        // A main process that ends is the sandbox's end where it is the user's own.
        RestartPolicy: { Name: traits.commandInContainer ? 'no' : 'unless-stopped' },
        ...wanted.body?.HostConfig,
      },
    });
    await engine.start(id);
    return id;
  } catch (error) {
    const record = gateway.registry.find(wanted.name, workspace);
    if (record !== null) gateway.registry.drop(record);
    throw error;
  }
}

/** What the client itself says, without a status of the gateway's. */
export class ClientSays extends Error {}

/**
 * Watches a sandbox that is being made, as the client of either generation does: until Ready, and no
 * longer than until the first Error (read in the source of an early client and of a late one).
 *
 * @throws ClientSays when it is in Error, or that has taken 300 s; the signal's reason
 */
export async function untilMade(
  house: House,
  { name, workspace }: Named,
  hurry: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const { phase, reason } = await house.gateway.get(name, workspace);
    if (phase === 'Ready') return;
    if (phase === 'Error') {
      throw new ClientSays(`sandbox entered error phase while provisioning: ${reason}`);
    }
    if (Date.now() > deadline) throw new ClientSays('sandbox provisioning timed out after 300s');
    await sleep(LOOK_AGAIN_MS, undefined, { signal: hurry });
  }
}

/**
 * Watches until it is in this phase, as the client does after a stop and a start.
 *
 * @throws ClientSays when it is in Error for good, or that has taken 300 s; the signal's reason
 */
export async function untilPhase(
  { gateway }: House,
  { name, workspace }: Named,
  wanted: Phase,
  hurry: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const { phase, reason } = await gateway.get(name, workspace);
    if (phase === wanted) return;
    if (phase === 'Error' && gateway.traits.errorIsTerminal) {
      throw new ClientSays(`${reason}: sandbox entered Error while waiting for ${wanted}`);
    }
    if (Date.now() > deadline) {
      throw new ClientSays(`timed out after 300s waiting for sandbox to reach ${wanted}`);
    }
    await sleep(LOOK_AGAIN_MS, undefined, { signal: hurry });
  }
}
