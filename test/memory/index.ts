/** A Docker engine in memory, for tests. */
export { MemoryClock } from './clock.js';
export { MemoryEngine } from './engine.js';
export { ProcessDied, type Call, type Hooks, type Verdict } from './faults.js';
export { asksForGpu } from './gpu.js';
export { MemoryPort } from './port.js';
export * from './invariants.js';
export { isRunning, type MemoryContainer } from './state.js';
