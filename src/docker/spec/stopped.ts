/** What is said beforehand of a container that does not run: its replacement is created and never started. */
import type { RawContainer } from '../raw.js';
import type { WantedMode } from './devices.js';
import type { Warning } from './warning.js';

/** Empty for one that runs. @param mode the one that was asked for; `none` leaves nothing to be proven */
export function stoppedWarnings(
  { State: state, HostConfig: host }: RawContainer,
  mode: WantedMode | 'auto',
): Warning[] {
  if (state.Running) return [];
  const isExited = state.Status === 'exited';
  const lost = isExited
    ? `it is ${state.Status} with exit code ${state.ExitCode}, which the replacement, never started, does not show`
    : 'it was never started';
  return [
    { code: 'left-stopped', message: `the container does not run and is left stopped: ${lost}` },
    ...(mode === 'none' ? [] : [unproven]),
    ...(isExited ? idlePolicy(host.RestartPolicy.Name, state.ExitCode) : []),
  ];
}

const unproven: Warning = {
  code: 'gpu-unproven',
  message:
    'whether the GPU works inside is unproven until it is started: only the mode is, by a probe; neither --ready nor --gpu-proof is asked',
};

/**
 * An engine that starts brings back what has exited, by its policy, and never what was not started yet
 * (measured, docs/engines.md). Whether a hand stopped it, which `unless-stopped` heeds, no inspect says.
 */
function idlePolicy(policy: string, exitCode: number): Warning[] {
  const word: Readonly<Record<string, string>> = {
    always: 'would start the original',
    'unless-stopped': 'would start the original unless a hand stopped it',
    ...(exitCode === 0 ? {} : { 'on-failure': 'would start the original' }),
  };
  const original = word[policy];
  if (original === undefined) return [];
  return [
    {
      code: 'policy-idle',
      message: `the restart policy ${policy} is kept, but a restart of the engine, which ${original}, does not start the replacement before somebody has`,
    },
  ];
}
