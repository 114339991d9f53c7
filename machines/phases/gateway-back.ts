import { graftSetup } from '../setup.js';
import * as facts from '../derive.js';
import * as failures from '../failures.js';
import { strands, strandsApart } from '../turns.js';
import { failureOf } from '../vocabulary/failure.js';

const meta = { undo: null, onRecover: 'resume' } as const;

/** The states of the rollback that go through a gateway with a lifecycle, behind whose back nothing may be stopped or started. */
export const gatewayBack = {
  documentingFailure: graftSetup.createStateConfig({
    description:
      'The gateway was told to start the sandbox, and the wait did not end well. What the replacement and the gateway look like is written to the run folder, redacted. It ends in any case, and a person is asked.',
    meta: {
      ...meta,
      step: 'collecting diagnostics',
      cause: 'an Error is for good at this gateway, so that nothing goes back by itself',
    },
    invoke: {
      id: 'documentFailure',
      src: 'collectDiagnostics',
      input: ({ context }) => ({
        reason: failures.failureSoFar(context),
        original: facts.originalOf(context),
        replacementId: facts.replacementIdOf(context),
        gateway: context.gateway,
        goes: false,
        again: context.diagnostics !== null,
      }),
      onDone: {
        target: '#graft.confirmation.awaitingDecision',
        actions: [
          { type: 'recordDiagnostics', params: ({ event }) => event.output },
          'recordBeyondReturn',
        ],
      },
      onError: {
        target: '#graft.confirmation.awaitingDecision',
        actions: 'recordBeyondReturn',
      },
    },
  }),
  quiescingReplacement: graftSetup.createStateConfig({
    description:
      'The sandbox runs in the replacement, by its gateway. The gateway is asked to stop it, before a second container with its labels is made. A refusal leaves all as it is.',
    meta: {
      ...meta,
      step: 'stopping the sandbox through its gateway',
      cause: 'a stop behind the back of this gateway is an Error for good',
    },
    entry: 'recordFirstChange',
    invoke: {
      id: 'quiesceReplacement',
      src: 'stopSandbox',
      input: ({ context }) => ({
        id: facts.replacementIdOf(context),
        gateway: facts.gatewayOf(context),
      }),
      onDone: [
        {
          guard: { type: 'isGatewayRefusal', params: ({ event }) => event.output },
          target: '#graft.completion.clearing',
          actions: {
            type: 'recordStranded',
            params: ({ event }) =>
              failureOf(event.output.verdict === 'refused' ? event.output.reason : null),
          },
        },
        { guard: 'isRetired', target: 'recreatingOriginal' },
        { target: 'collectingDiagnostics' },
      ],
      onError: strands,
    },
  }),
  settlingSandbox: graftSetup.createStateConfig({
    description:
      'The gateway was asked to stop the sandbox, and its answer never seen. It is asked again and waited for, so that the stop cannot land after the restart. A refusal means that there is none to land.',
    meta: {
      ...meta,
      step: 'waiting out a stop that was under way',
      cause: 'a call whose client is gone still happens',
    },
    invoke: {
      id: 'settleSandbox',
      src: 'stopSandbox',
      input: ({ context }) => ({
        id: facts.originalOf(context).id,
        gateway: facts.gatewayOf(context),
      }),
      onDone: [
        {
          guard: { type: 'isGatewayRefusal', params: ({ event }) => event.output },
          target: 'collectingDiagnostics',
          actions: 'recordStopRefused',
        },
        {
          target: 'collectingDiagnostics',
          actions: { type: 'recordStopped', params: ({ event }) => facts.stopOf(event.output) },
        },
      ],
      onError: strands,
    },
  }),
  removingStray: graftSetup.createStateConfig({
    description:
      'The making of a replacement was begun, and its answer never seen. It is removed, or its name won, which proves that there is none and that none can come.',
    meta: {
      ...meta,
      step: 'removing a replacement that may have been made',
      cause: 'the gateway starts the newest container of a sandbox',
    },
    invoke: {
      id: 'removeStray',
      src: 'removeLitter',
      input: ({ context }) => facts.removalOf(context, facts.strayOf(context)),
      onDone: {
        target: 'resumingOriginal',
        actions: {
          type: 'recordLitterGone',
          params: ({ context }) => ({
            name: facts.known(facts.strayOf(context), 'the stray').name,
          }),
        },
      },
      onError: strands,
    },
  }),
  resumingOriginal: graftSetup.createStateConfig({
    description:
      'The replacement is seen to be gone, so that the gateway finds the original alone, and is told to start the sandbox. It ends when inspect says that the original runs.',
    meta: {
      ...meta,
      step: 'starting the sandbox through its gateway',
      cause: 'only the gateway makes a stopped sandbox ready again',
    },
    invoke: {
      id: 'resumeOriginal',
      src: 'resumeOriginal',
      input: ({ context }) => ({
        originalId: facts.originalOf(context).id,
        gateway: facts.gatewayOf(context),
      }),
      onDone: {
        target: 'verifyingOriginal',
        actions: { type: 'recordRestarted', params: ({ event }) => event.output },
      },
      onError: strandsApart,
    },
  }),
} as const;
