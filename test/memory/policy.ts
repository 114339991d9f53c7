/** Restart policies: what is valid, and when they start a container again. */
import type { RestartPolicy } from '../../src/docker/port.js';
import type { Core } from './core.js';
import { policyWithCount, unknownPolicy, updateOfAutoRemove } from './refusals.js';
import type { MemoryContainer } from './state.js';

const KNOWN = new Set(['', 'no', 'always', 'unless-stopped', 'on-failure']);

/** @throws EngineRefused 400 */
export function checkPolicy(modern: boolean, name: string, maximumRetryCount: number): void {
  if (!KNOWN.has(name)) throw unknownPolicy(modern, name);
  if (maximumRetryCount !== 0 && name !== 'on-failure') throw policyWithCount(modern, name);
}

/** `docker update --restart`. @throws EngineRefused */
export function setPolicy(core: Core, ref: string, policy: RestartPolicy): void {
  checkPolicy(core.modern, policy.name, policy.maximumRetryCount);
  const container = core.container(ref);
  // An empty name in an update means "leave it".
  if (policy.name === '') return;
  if (container.hostConfig.AutoRemove === true) throw updateOfAutoRemove(container.id);
  container.hostConfig.RestartPolicy = {
    Name: policy.name,
    MaximumRetryCount: policy.maximumRetryCount,
  };
  core.changed('update', container);
}

/** Whether the policy wants it up again: after an exit, and when the engine starts. */
export function wantsRestart(container: MemoryContainer, stoppedByHand: boolean): boolean {
  const { Name: name, MaximumRetryCount: most } = container.hostConfig.RestartPolicy;
  switch (name) {
    case 'always':
      return true;
    case 'unless-stopped':
      return !stoppedByHand;
    case 'on-failure':
      return container.exitCode !== 0 && (most === 0 || container.restartCount < most);
    default:
      return false;
  }
}
