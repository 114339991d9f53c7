import { graftSetup } from '../setup.js';
import * as facts from '../derive.js';
import * as failures from '../failures.js';
import { again, reattaching } from './reattachment.js';
import { retirement } from './retirement.js';
import { takingAway } from './taking-away.js';
import { strands } from '../turns.js';
import { failureOf } from '../vocabulary/failure.js';

/** How every run ends: the backup goes if the graft is confirmed, our litter and the claims go in any case. */
export const completion = graftSetup.createStateConfig({
  description:
    'The end of the run is decided. The backup, our litter and the claims are removed, and the outcome is what a last look confirms.',
  meta: {
    step: 'finishing',
    undo: null,
    cause: 'nothing of ours stays but what was asked to stay',
    onRecover: 'resume',
  },
  initial: 'disposingOfBackup',
  states: {
    disposingOfBackup: {
      description:
        'A moment without an act: the backup is kept because that was asked for, or it goes.',
      meta: {
        step: 'deciding on the backup',
        undo: null,
        cause: 'the replacement is confirmed',
        onRecover: 'resume',
      },
      always: [
        {
          guard: 'isHandedOverForGood',
          target: 'verifyingReplacement',
          actions: 'recordSnapshotDropped',
        },
        { guard: 'isHandedOver', target: 'verifyingReplacement' },
        { guard: 'isRetired', target: 'retiringOriginal' },
        { guard: 'isSnapshotKept', target: 'rehearsingSnapshot' },
        { guard: 'isBackupKept', target: 'verifyingReplacement', actions: 'recordBackupKept' },
        { target: 'removingBackup' },
      ],
    },
    ...retirement,
    removingBackup: takingAway('removeBackup', {
      description:
        'The replacement is seen once more to stand under its name, running if the original ran. Then the logs of the backup are written to the run folder, and it is removed. A backup that cannot be removed, or whose logs cannot be kept, is a reported leak, not a failure.',
      meta: {
        step: 'keeping the old logs and removing the backup',
        undo: null,
        cause: 'the replacement is confirmed, and the backup is not needed any more',
        onRecover: 'resume',
      },
    }),
    revivingReplacement: {
      description:
        'The replacement was confirmed but is down, as after a crash of the engine. It is started again.',
      meta: {
        step: 'starting the replacement again',
        undo: null,
        cause: 'what ran must run, whatever its policy says after a crash of the engine',
        onRecover: 'resume',
      },
      invoke: {
        id: 'reviveReplacement',
        src: 'reviveReplacement',
        input: ({ context }) => ({
          ...facts.pairOf(context),
          name: facts.originalOf(context).name,
        }),
        onDone: { target: 'reattaching' },
        onError: {
          target: 'keepingApart',
          actions: [
            'recordBackupKept',
            { type: 'recordStranded', params: ({ event }) => failureOf(event.error) },
          ],
        },
      },
    },
    reattaching: reattaching(again),
    resumingCompletion: {
      description:
        'A moment without an act: the backup is still to go, or only the last look is left.',
      meta: {
        step: 'going on',
        undo: null,
        cause: 'the replacement runs again',
        onRecover: 'resume',
      },
      always: [
        {
          guard: 'isBackupUndecided',
          target: 'disposingOfBackup',
        },
        { target: 'verifyingReplacement' },
      ],
    },
    verifyingReplacement: {
      description:
        'The replacement is looked at for the last time: under its name, with its policy, running if the original ran. Only this look makes the outcome grafted. A backup that stands is named as it is called now.',
      meta: {
        step: 'verifying the replacement',
        undo: null,
        cause: 'the report is what an inspect has confirmed',
        onRecover: 'resume',
      },
      invoke: {
        id: 'verifyReplacement',
        src: 'verifyReplacement',
        input: ({ context }) => ({
          ...facts.pairOf(context),
          name: facts.originalOf(context).name,
          policy: facts.originalOf(context).policy,
          isToRun: facts.originalOf(context).running,
          backup: context.backup?.removed === true ? ('removed' as const) : ('kept' as const),
        }),
        onDone: [
          {
            guard: { type: 'isVerified', params: ({ event }) => event.output },
            target: 'clearing',
            actions: { type: 'recordGrafted', params: ({ event }) => event.output },
          },
          { guard: 'isRevivalLeft', target: 'revivingReplacement', actions: 'recordRepair' },
          {
            target: 'keepingApart',
            actions: {
              type: 'recordStranded',
              params: ({ event }) =>
                failureOf(event.output.verdict === 'amiss' ? event.output.reason : null),
            },
          },
        ],
        onError: [
          {
            guard: 'isRepaired',
            target: 'keepingApart',
            actions: { type: 'recordStranded', params: ({ event }) => failureOf(event.error) },
          },
          // Who was never down is not taken down: it may be in use, and somebody wanted both.
          strands,
        ],
      },
    },
    keepingApart: {
      description:
        'The run could not be ended well after a container had been started once more. If original and replacement both run, the replacement is stopped. It ends in any case: one that cannot be stopped is a warning.',
      meta: {
        step: 'seeing that the two do not run together',
        undo: null,
        cause: 'original and replacement never run together',
        onRecover: 'resume',
      },
      invoke: {
        id: 'keepApart',
        src: 'keepApart',
        input: ({ context }) => ({
          ...facts.pairSoFar(context),
          graceS: context.options.stopTimeoutS,
        }),
        onDone: { target: 'clearing' },
        onError: {
          target: 'clearing',
          actions: { type: 'recordNotApart', params: ({ event }) => failureOf(event.error) },
        },
      },
    },
    withdrawing: {
      description:
        'A moment without an act: nothing was changed, and the run will end refused once our litter is gone.',
      meta: {
        step: 'withdrawing',
        undo: null,
        cause: 'a refused run leaves nothing behind',
        onRecover: 'resume',
      },
      always: {
        target: 'clearing',
        actions: {
          type: 'recordRefused',
          params: ({ context }) => context.reason ?? failures.cancelledFailure(context),
        },
      },
    },
    clearing: {
      description:
        'A moment without an act: something of ours is still to be removed, or the run ends with its outcome.',
      meta: {
        step: 'clearing up',
        undo: null,
        cause: 'claims go last, so that nobody comes between',
        onRecover: 'resume',
      },
      always: [
        { guard: 'isLitterLeft', target: 'removingLitter' },
        { guard: 'isClaimLeft', target: 'releasingClaim' },
        { guard: { type: 'isOutcome', params: { outcome: 'grafted' } }, target: '#graft.grafted' },
        { guard: { type: 'isOutcome', params: { outcome: 'refused' } }, target: '#graft.refused' },
        {
          guard: { type: 'isOutcome', params: { outcome: 'rolledBack' } },
          target: '#graft.rolledBack',
        },
        { target: '#graft.stranded' },
      ],
    },
    removingLitter: {
      description:
        'One container of ours is removed: a probe, or a replacement that never came to anything. One that stays is a named leftover.',
      meta: {
        step: 'removing what we made',
        undo: null,
        cause: 'nothing of ours stays but what was asked to stay',
        onRecover: 'resume',
      },
      invoke: {
        id: 'removeLitter',
        src: 'removeLitter',
        input: ({ context }) => facts.removalOf(context, facts.nextLitter(context)),
        onDone: {
          target: 'clearing',
          actions: {
            type: 'recordLitterGone',
            params: ({ context }) => ({
              name: facts.known(facts.nextLitter(context), 'the litter').name,
            }),
          },
        },
        onError: {
          target: 'clearing',
          actions: {
            type: 'recordLeftover',
            params: ({ context, event }) => ({
              left: facts.known(facts.nextLitter(context), 'the litter'),
              reason: failureOf(event.error),
            }),
          },
        },
      },
    },
    releasingClaim: {
      description:
        'One claim is removed. With the last one, others may work on the container again.',
      meta: {
        step: 'releasing the claim',
        undo: null,
        cause: 'the run is over',
        onRecover: 'resume',
      },
      invoke: {
        id: 'releaseClaim',
        src: 'releaseClaim',
        input: ({ context }) => facts.removalOf(context, facts.nextClaim(context)),
        onDone: {
          target: 'clearing',
          actions: {
            type: 'recordLitterGone',
            params: ({ context }) => ({
              name: facts.known(facts.nextClaim(context), 'the claim').name,
            }),
          },
        },
        onError: {
          target: 'clearing',
          actions: {
            type: 'recordLeftover',
            params: ({ context, event }) => ({
              left: facts.known(facts.nextClaim(context), 'the claim'),
              reason: failureOf(event.error),
            }),
          },
        },
      },
    },
  },
});
