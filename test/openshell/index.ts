/** A gateway of OpenShell's, for tests. */
export { Gateway, GatewayRefused, POLL_MS, SWEEP_MS } from './gateway.js';
export type { GatewayOptions } from './gateway.js';
export { traitsOf, type Generation, type Traits } from './generation.js';
export { GatewayLog, LogView, type LogEntry } from './log.js';
export type { Phase, Verdict } from './phase.js';
export { Registry, type Sandbox, type SupervisorOf } from './registry.js';
export type { Script } from './script.js';
export * from './watched.js';
