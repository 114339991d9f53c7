import { graftSetup } from '../setup.js';
import * as facts from '../derive.js';
import * as failures from '../failures.js';
import { failureOf } from '../vocabulary/failure.js';
import { rollsBack } from '../turns.js';
import type { Failed } from '../turns.js';
import { rehearsalName } from '../vocabulary/names.js';
import { takingAway } from './taking-away.js';

/**
 * An original is retired in two phases, by the same steps: `kept` in completion, where a confirmed run
 * that is to keep a backup keeps the snapshot of it, and an original whose snapshot was not shown to
 * be one stays, set aside; `early` in confirmation, before a gateway is asked, where such a run goes
 * back.
 */
export const kept = {
  /** Ends the names of the invocations, which are unique in the machine. */
  suffix: '',
  meta: { undo: null, onRecover: 'resume' },
  different: { target: '#graft.completion.verifyingReplacement', record: 'recordUnrehearsed' },
  fails: {
    target: '#graft.completion.verifyingReplacement',
    actions: { type: 'recordUnrehearsed', params: ({ event }: Failed) => failureOf(event.error) },
  },
} as const;
export const early = {
  suffix: 'Early',
  meta: { undo: 'put the original back', onRecover: 'assess' },
  different: { target: '#graft.rollback', record: 'recordReason' },
  fails: rollsBack,
} as const;

/** The states before the original goes: a container is made from its snapshot, compared, and how it is made written down. */
export const rehearsing = (where: typeof kept | typeof early) => ({
  rehearsingSnapshot: graftSetup.createStateConfig({
    description:
      'The original, which stands by, is made once more from its snapshot, without labels that a manager looks for, and never started. It ends with that rehearsal, or the original stays.',
    meta: {
      ...where.meta,
      step: 'rehearsing the snapshot',
      cause: 'an original that cannot be made again is not removed',
    },
    entry: {
      type: 'recordLitter',
      params: ({ context }) => ({
        kind: 'rehearsal' as const,
        name: rehearsalName(context.runId),
        id: null,
      }),
    },
    invoke: {
      id: `rehearseSnapshot${where.suffix}`,
      src: 'rehearseSnapshot',
      input: ({ context }) => ({
        originalId: facts.originalOf(context).id,
        name: rehearsalName(context.runId),
        snapshot: facts.snapshotOf(context),
        holder: context.holder,
      }),
      onDone: {
        target: 'comparingSnapshot',
        actions: {
          type: 'recordLitter',
          params: ({ context, event }) => ({
            kind: 'rehearsal' as const,
            name: rehearsalName(context.runId),
            id: event.output.id,
          }),
        },
      },
      onError: where.fails,
    },
  }),
  comparingSnapshot: graftSetup.createStateConfig({
    description:
      'What was made from the snapshot is compared with the original as it was found, field by field. Nothing differs, or the original stays.',
    meta: {
      ...where.meta,
      step: 'comparing the snapshot',
      cause: 'what is made again must be what was removed',
    },
    invoke: {
      id: `compareSnapshot${where.suffix}`,
      src: 'compareSnapshot',
      input: ({ context }) => ({
        rehearsalId: facts.known(
          facts.litterNamed(context, rehearsalName(context.runId)).id,
          "the rehearsal's ID",
        ),
        snapshot: facts.snapshotOf(context),
      }),
      onDone: [
        {
          guard: { type: 'isDifferent', params: ({ event }) => event.output },
          target: where.different.target,
          actions: {
            type: where.different.record,
            params: ({ event }) =>
              failures.differenceFailure('the snapshot', event.output.differences),
          },
        },
        { target: 'recordingSnapshot' },
      ],
      onError: where.fails,
    },
  }),
  recordingSnapshot: graftSetup.createStateConfig({
    description:
      'How the original is made again by hand, with nothing but the docker client, is written to the run folder. It ends durable on disk.',
    meta: {
      ...where.meta,
      step: 'writing down the snapshot',
      cause: 'the way back must not depend on gpugraft',
    },
    invoke: {
      id: `writeSnapshot${where.suffix}`,
      src: 'writeSnapshot',
      input: ({ context }) => ({
        original: facts.originalOf(context),
        snapshot: facts.snapshotOf(context),
        replacementId: facts.replacementIdOf(context),
        gateway: context.gateway,
      }),
      onDone: { target: 'retiringOriginal', actions: 'recordSnapshot' },
      onError: where.fails,
    },
  }),
});

/** The states of completion in which a confirmed run retires the original: it goes, and its snapshot is kept in its place. */
export const retirement = {
  ...rehearsing(kept),
  retiringOriginal: takingAway('retireOriginal', {
    description:
      'The replacement is seen once more to run under its name. Then the logs of the original are written to the run folder, and it is removed: its snapshot can replace it, and has been shown to. One that cannot be removed, or whose logs cannot be kept, is a reported leak.',
    meta: {
      ...kept.meta,
      step: 'keeping the old logs and retiring the original',
      cause: 'whoever finds containers by their labels must not find two',
    },
  }),
} as const;
