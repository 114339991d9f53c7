import { graftSetup } from '../setup.js';
import * as facts from '../derive.js';
import * as failures from '../failures.js';
import { failureOf } from '../vocabulary/failure.js';
import type { Failed } from '../turns.js';
import { rehearsalName } from '../vocabulary/names.js';
import { takingAway } from './taking-away.js';

const meta = { undo: null, onRecover: 'resume' } as const;

/** A snapshot that was not shown to be one: the original stays, set aside. */
const keepsOriginal = {
  target: 'verifyingReplacement',
  actions: {
    type: 'recordUnrehearsed',
    params: ({ event }: Failed) => failureOf(event.error),
  },
} as const;

/**
 * The states of completion in which a confirmed run retires the original: it goes, and its snapshot
 * is kept in its place. Before that, a container was made from the snapshot and compared.
 */
export const retirement = {
  rehearsingSnapshot: graftSetup.createStateConfig({
    description:
      'The original, which stands by, is made once more from its snapshot, without labels that a manager looks for, and never started. It ends with that rehearsal, or the original is kept.',
    meta: {
      ...meta,
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
      id: 'rehearseSnapshot',
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
      onError: keepsOriginal,
    },
  }),
  comparingSnapshot: graftSetup.createStateConfig({
    description:
      'What was made from the snapshot is compared with the original as it was found, field by field. Nothing differs, or the original is kept.',
    meta: {
      ...meta,
      step: 'comparing the snapshot',
      cause: 'what is made again must be what was removed',
    },
    invoke: {
      id: 'compareSnapshot',
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
          target: 'verifyingReplacement',
          actions: {
            type: 'recordUnrehearsed',
            params: ({ event }) =>
              failures.differenceFailure('the snapshot', event.output.differences),
          },
        },
        { target: 'recordingSnapshot' },
      ],
      onError: keepsOriginal,
    },
  }),
  recordingSnapshot: graftSetup.createStateConfig({
    description:
      'How the original is made again by hand, with nothing but the docker client, is written to the run folder. It ends durable on disk.',
    meta: {
      ...meta,
      step: 'writing down the snapshot',
      cause: 'the way back must not depend on gpugraft',
    },
    invoke: {
      id: 'writeSnapshot',
      src: 'writeSnapshot',
      input: ({ context }) => ({
        original: facts.originalOf(context),
        snapshot: facts.snapshotOf(context),
        replacementId: facts.replacementIdOf(context),
      }),
      onDone: { target: 'retiringOriginal', actions: 'recordSnapshot' },
      onError: keepsOriginal,
    },
  }),
  retiringOriginal: takingAway('retireOriginal', {
    description:
      'The replacement is seen once more to run under its name. Then the logs of the original are written to the run folder, and it is removed: its snapshot can replace it, and has been shown to. One that cannot be removed, or whose logs cannot be kept, is a reported leak.',
    meta: {
      ...meta,
      step: 'keeping the old logs and retiring the original',
      cause: 'whoever finds containers by their labels must not find two',
    },
  }),
} as const;
