/** Whether an OpenShell sandbox may be grafted: what its gateway says of it, before anything is touched. */
import { shellWord } from '../../../machines/index.js';
import type { Failure, Gateway, Options, Warning } from '../../../machines/index.js';
import type { RawContainer, RawImage } from '../../docker/raw.js';
import { SANDBOX_ID, sandboxLabels } from '../../docker/spec/openshell.js';
import { isGatewayError } from '../../openshell/errors.js';
import type { OpenShellCapabilities, Sandbox } from '../../openshell/port.js';
import { nameOf } from './look.js';
import { reach } from './reach.js';
import { inItsWords } from './sandbox.js';
import type { ActorScope } from './scope.js';

export interface SandboxScreening {
  readonly reason: Failure | null;
  readonly gateway: Gateway | null;
  readonly warnings: readonly Warning[];
}

const refused = (code: string, message: string, hint: string | null): SandboxScreening => ({
  reason: { code, message, hint },
  gateway: null,
  warnings: [],
});

/** What the client would take for an option, and what would upset a terminal. */
// oxlint-disable-next-line no-control-regex -- those are meant
const ODD_NAME = /^-|[\s\u0000-\u001f\u007f]/;

const none: SandboxScreening = { reason: null, gateway: null, warnings: [] };

/** Asks the gateway about the container. A container that is no sandbox has none. */
export async function screenSandbox(
  scope: ActorScope,
  raw: RawContainer,
  image: RawImage | null,
  options: Options,
): Promise<SandboxScreening> {
  const labels = sandboxLabels(raw, image);
  if (labels === null) return none;
  if (labels.name === null) {
    return refused(
      'sandbox-unnamed',
      'the container is an OpenShell sandbox without the label that says its name, so that its gateway cannot be asked about it',
      'make it anew: openshell sandbox create',
    );
  }
  if (ODD_NAME.test(labels.name)) {
    return refused(
      'sandbox-unnamed',
      'the label that says the name of the OpenShell sandbox holds what no gateway gives a sandbox for a name',
      `docker inspect ${nameOf(raw)} shows it`,
    );
  }
  if (!raw.State.Running) {
    return refused(
      'sandbox-not-ready',
      `the sandbox ${labels.name} does not run, and a gateway takes a stopped container that was swapped for a failed one`,
      `openshell sandbox start ${shellWord(labels.name)} first, or docker start ${nameOf(raw)} where that client has no start`,
    );
  }
  const twin = await otherContainer(scope, raw, labels.id);
  if (twin !== null) {
    return refused(
      'sandbox-twice',
      `another container, ${twin}, has the labels of the sandbox ${labels.name}: its gateway cannot tell the two apart`,
      'remove the one that is not meant',
    );
  }
  const asked = await ask(scope, { name: labels.name, workspace: labels.workspace });
  if ('reason' in asked) return asked;
  if (labels.workspace !== null && !asked.capabilities.workspace) return clientTooOld(labels.name);
  const gateway: Gateway = {
    sandbox: labels.name,
    workspace: labels.workspace,
    lifecycle: asked.capabilities.lifecycle,
    wasReady: asked.record?.phase === 'ready',
  };
  const reason = unready(asked.record, labels.id, gateway, options);
  return reason === null ? { reason, gateway, warnings: warningsOf(gateway) } : { ...none, reason };
}

/** Its gateway may be of those that never forgive a container that is stopped behind their back. */
const clientTooOld = (name: string): SandboxScreening =>
  refused(
    'openshell-client-old',
    `the container of the sandbox ${name} names a workspace, and the openshell client knows of none: its gateway is newer than the client, and may have a stop and a start that have to be used`,
    'update openshell to the version of its gateway, or name such a client with --openshell-bin',
  );

async function otherContainer(
  scope: ActorScope,
  raw: RawContainer,
  id: string | null,
): Promise<string | null> {
  if (id === null) return null;
  const all = await reach(scope, () => scope.docker.listContainers([`${SANDBOX_ID}=${id}`]));
  const other = all.find((container) => container.id !== raw.Id);
  return other === undefined ? null : (other.names[0] ?? other.id.slice(0, 12));
}

interface Asked {
  readonly capabilities: OpenShellCapabilities;
  readonly record: Sandbox | null;
}

/** Before anything was made, a gateway that gives no answer is said at once, not waited for. */
async function ask(
  { openshell }: ActorScope,
  ref: { name: string; workspace: string | null },
): Promise<Asked | SandboxScreening> {
  try {
    const [capabilities, record] = await Promise.all([
      openshell.capabilities(),
      openshell.sandbox(ref),
    ]);
    return { capabilities, record };
  } catch (error) {
    const hint =
      '--openshell-bin names the openshell client; openshell status shows whether it reaches its gateway';
    const message = `the container is the OpenShell sandbox ${ref.name}, and its gateway cannot be asked about it`;
    if (!isGatewayError(error)) throw error;
    return refused('gateway-unreachable', `${message}: ${error.message}`, hint);
  }
}

const HINTS: Partial<Record<Sandbox['phase'], string>> = {
  provisioning: 'wait until it is Ready, or graft it while it is being made: gpugraft create',
  starting: 'wait until it is Ready',
  stopping: 'wait until it is Stopped, and start it',
  deleting: 'it is being deleted, or its gateway is stuck there: see docs/troubleshooting.md',
};

function unready(
  record: Sandbox | null,
  id: string | null,
  { sandbox, lifecycle }: Gateway,
  { defer }: Options,
): Failure | null {
  const code = 'sandbox-not-ready';
  if (record === null) {
    return {
      code: 'sandbox-unknown',
      message: `the gateway has no record of the sandbox ${sandbox}`,
      hint: 'openshell sandbox list shows those that it knows; is it the gateway that made this one?',
    };
  }
  if (record.id !== null && id !== null && record.id !== id) {
    return {
      code: 'sandbox-unknown',
      message: `the gateway's sandbox ${sandbox} is another one (${record.id}) than that of the container (${id})`,
      hint: 'openshell sandbox list shows those that it knows; is it the gateway that made this one?',
    };
  }
  if (record.phase === 'ready') return null;
  // While it is being made, the older generation never asks more of it than to be there.
  if (record.phase === 'provisioning' && defer && !lifecycle) return null;
  const terminal = 'Error is for good at this gateway: only openshell sandbox delete is left';
  const hint =
    record.phase === 'error' && lifecycle
      ? terminal
      : (HINTS[record.phase] ?? 'see its logs first');
  return { code, message: `the sandbox ${sandbox} is not Ready: ${inItsWords(record)}`, hint };
}

const warningsOf = ({ sandbox, lifecycle }: Gateway): Warning[] =>
  lifecycle
    ? []
    : [
        {
          code: 'sandbox-workload',
          message: `this generation of gateways starts the workload of ${sandbox} by exec: after the swap, and after a rollback too, only its supervisor runs, and what was started in it has to be started again`,
        },
      ];
