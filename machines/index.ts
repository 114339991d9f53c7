/** The statechart and its vocabulary. Pure: nothing in here does I/O, reads a clock or makes up an ID. */
export { graftMachine } from './graft.js';
export { nextStep } from './steps.js';
export { saysStopped } from './stopped.js';
export { ORIGINAL_STARTED, answersTo } from './failures.js';
export { contracts, actorNames } from './vocabulary/contracts.js';
export type { ActorInput, ActorName, ActorOutput, GpuRequest } from './vocabulary/contracts.js';
export { contextSchema, inputSchema, outcomeSchema, undoSchema } from './vocabulary/context.js';
export type { Context, Input, Outcome, Undo } from './vocabulary/context.js';
export type { Answer, Choice } from './vocabulary/choice.js';
export { externalEventSchema } from './vocabulary/events.js';
export type { ExternalEvent } from './vocabulary/events.js';
export { failureSchema } from './vocabulary/failure.js';
export type { Failure, Warning } from './vocabulary/failure.js';
export { inBytes } from './vocabulary/bytes.js';
export {
  containerIdSchema,
  holderSchema,
  originalSchema,
  rejoinSchema,
} from './vocabulary/facts.js';
export type {
  Burden,
  Attachment,
  Carried,
  Dependent,
  Gateway,
  GpuProof,
  Holder,
  Litter,
  Original,
  Rejoin,
  ReplacementPlan,
  RestartPolicyFacts,
} from './vocabulary/facts.js';
export type { StateMeta, RecoveryRule } from './vocabulary/meta.js';
export { modeSchema } from './vocabulary/modes.js';
export type { Attempt, Mode } from './vocabulary/modes.js';
export * from './vocabulary/names.js';
export { shellWord } from './vocabulary/shell-word.js';
export { optionsSchema } from './vocabulary/options.js';
export type { Options } from './vocabulary/options.js';
