import { graftSetup } from '../setup.js';
import * as facts from '../derive.js';
import { early, rehearsing } from './retirement.js';
import { assessesOnRecovery, rollsBack } from '../turns.js';
import { failureOf } from '../vocabulary/failure.js';

/**
 * The states of confirmation between the looks at the container itself and the wait for its
 * supervisor. A gateway finds containers by their labels and takes the oldest of two (measured), so
 * the original goes before it is asked; one with a lifecycle is then told to start the sandbox.
 */
export const handover = {
  handingOver: graftSetup.createStateConfig({
    description:
      'A moment without an act: the original is still to be retired, the gateway to be told, or the supervisor waited for, now or with finalize.',
    meta: {
      step: 'handing over',
      undo: 'put the original back',
      cause: 'what watches the container by its labels must find one',
      onRecover: 'assess',
    },
    always: [
      // Before anything is told to the gateway.
      { guard: 'isCancelled', target: '#graft.rollback' },
      { guard: 'isToRetire', target: 'rehearsingSnapshot' },
      { guard: 'isToResume', target: 'resumingGateway' },
      { guard: 'isToDefer', target: 'awaitingFinalize' },
      { target: 'pollingSupervisor' },
    ],
  }),
  ...rehearsing(early),
  retiringOriginal: graftSetup.createStateConfig({
    description:
      'The replacement is seen once more to run under its name. Then the logs of the original are written to the run folder, and it is removed: its snapshot can replace it, and has been shown to.',
    meta: {
      ...early.meta,
      step: 'keeping the old logs and retiring the original',
      cause: 'the gateway takes the oldest of two containers for the sandbox',
    },
    invoke: {
      id: 'retireOriginalEarly',
      src: 'retireOriginal',
      input: ({ context }) => facts.displacedBy(context),
      onDone: [
        {
          guard: { type: 'isBackupGone', params: ({ event }) => event.output },
          target: 'handingOver',
          actions: {
            type: 'recordRetired',
            params: ({ event }) => facts.warningsOf(event.output),
          },
        },
        {
          target: '#graft.rollback',
          actions: [
            // It was seen to stand.
            'recordStillThere',
            {
              type: 'recordReason',
              params: ({ event }) =>
                failureOf(event.output.result === 'removed' ? null : event.output.reason),
            },
          ],
        },
      ],
      // Whether it stands, the way back finds out.
      onError: rollsBack,
    },
  }),
  resumingGateway: graftSetup.createStateConfig({
    description:
      'The replacement runs, alone, and the gateway still says Stopped. It is told to start the sandbox. It ends when the gateway has accepted that, from where on nothing goes back by itself, or with its refusal.',
    meta: {
      ...early.meta,
      step: 'starting the sandbox through its gateway',
      cause: 'only the gateway makes a stopped sandbox ready again',
    },
    entry: 'recordResumeAsked',
    invoke: {
      id: 'resumeSandbox',
      src: 'resumeSandbox',
      input: ({ context }) => ({ ...facts.pairOf(context), gateway: facts.gatewayOf(context) }),
      onDone: [
        {
          guard: { type: 'isGatewayRefusal', params: ({ event }) => event.output },
          target: '#graft.rollback',
          actions: [
            'recordResumeRefused',
            {
              type: 'recordReason',
              params: ({ event }) =>
                failureOf(event.output.verdict === 'refused' ? event.output.reason : null),
            },
          ],
        },
        { target: 'handingOver', actions: 'recordResumed' },
      ],
      onError: rollsBack,
    },
  }),
  awaitingFinalize: graftSetup.createStateConfig({
    description:
      'The run was deferred and rests: the replacement is there, and nobody has waited for its supervisor. `gpugraft finalize` does that, `gpugraft rollback` puts the original back.',
    meta: {
      step: 'waiting to be finalized',
      undo: 'gpugraft rollback puts the original back',
      cause: 'the wait was put off with --defer',
      onRecover: 'assess',
    },
    entry: 'recordDeferred',
    exit: 'recordUndeferred',
    on: {
      CANCEL: {},
      RECOVER: [
        // Deferred runs are left alone.
        { guard: { type: 'isUnasked', params: ({ event }) => event } },
        assessesOnRecovery,
      ],
    },
  }),
} as const;
