import { graftSetup } from '../setup.js';
import * as facts from '../derive.js';
import { failureOf } from '../vocabulary/failure.js';
import type { StateMeta } from '../vocabulary/meta.js';

/** What each of the two that take an original away records. */
const records = {
  /** For good. */
  removeBackup: {
    gone: 'recordBackupRemoved',
    stuck: 'recordBackupLeaked',
    failed: 'recordBackupLeaked',
  },
  /** With its snapshot in its place. */
  retireOriginal: {
    gone: 'recordRetired',
    stuck: 'recordUnretired',
    failed: 'recordRetirementOpen',
  },
} as const;

/** A state of completion that takes the original away, once the replacement was seen in its place. */
export const takingAway = (
  src: keyof typeof records,
  words: { readonly description: string; readonly meta: StateMeta },
) =>
  graftSetup.createStateConfig({
    ...words,
    invoke: {
      id: src,
      src,
      input: ({ context }) => facts.displacedBy(context),
      onDone: [
        {
          guard: { type: 'isBackupGone', params: ({ event }) => event.output },
          target: 'verifyingReplacement',
          actions: {
            type: records[src].gone,
            params: ({ event }) => facts.warningsOf(event.output),
          },
        },
        {
          guard: { type: 'isBackupStuck', params: ({ event }) => event.output },
          target: 'verifyingReplacement',
          actions: {
            type: records[src].stuck,
            params: ({ event }) =>
              failureOf(event.output.result === 'leaked' ? event.output.reason : null),
          },
        },
        { guard: 'isRevivalLeft', target: 'revivingReplacement', actions: 'recordRepair' },
        {
          target: 'keepingApart',
          actions: [
            'recordBackupKept',
            {
              type: 'recordStranded',
              params: ({ event }) =>
                failureOf(event.output.result === 'replacementDown' ? event.output.reason : null),
            },
          ],
        },
      ],
      onError: {
        target: 'verifyingReplacement',
        actions: {
          type: records[src].failed,
          params: ({ event }) => failureOf(event.error),
        },
      },
    },
  });
