/** Ways to let an actor fail or see something else, each by breaking what it talks to. */
import { GraftError } from '../../../src/errors.js';
import { GatewayRefused } from '../../../src/openshell/errors.js';
import type { Call } from '../../memory/index.js';
import type { World } from './world.js';

export type Arrange = (world: World) => void;

/** The world is as it should be. */
export const asItIs: Arrange = () => undefined;

const refused = {
  kind: 'refuse',
  status: 500,
  message: 'the engine had a bad day',
} as const;

const refusing =
  (which: (call: Call) => boolean): Arrange =>
  (world) =>
    world.breakCalls((call) => (which(call) ? refused : undefined));

/** The engine answers every call with an error. */
export const refuseAll = refusing(() => true);

/** The engine looks, and changes nothing. */
export const refuseChanges = refusing(({ changing }) => changing);

/** The act is refused; where there is nothing left to do, the look at it. */
export const refuse =
  (hasToAct: (world: World) => boolean): Arrange =>
  (world) =>
    (hasToAct(world) ? refuseChanges : refuseAll)(world);

/** One container's inspect says something that nobody asked for. */
export const showDifferently =
  (idOf: (world: World) => unknown): Arrange =>
  (world) => {
    const id = idOf(world);
    world.breakCalls(({ method, args }) => {
      if (method !== 'inspectContainer' || args[0] !== id) return undefined;
      return { kind: 'alter', answer: (raw) => withOtherShm(raw as Shown) };
    });
  };

interface Shown {
  readonly HostConfig: object;
}
const withOtherShm = (raw: Shown): Shown => ({
  ...raw,
  HostConfig: { ...raw.HostConfig, ShmSize: 4711 },
});

/** The gateway says no to what would change something. */
export const gatewayRefuses: Arrange = (world) =>
  world.lab.gateway.breakCalls((method) =>
    method === 'stopSandbox' || method === 'startSandbox' ? noFromGateway() : undefined,
  );

/** It says no to every question too. */
export const gatewayRefusesAll: Arrange = (world) =>
  world.lab.gateway.breakCalls(() => noFromGateway());

const noFromGateway = (): Error =>
  new GatewayRefused('FailedPrecondition', 'the gateway had a bad day');

/** The run's folder cannot be written to. */
export const fullDisk: Arrange = (world) => {
  const run = world.lab.folder.run(world.context.runId);
  const before = run.diagnostics;
  Object.defineProperty(run, 'diagnostics', {
    configurable: true,
    get: () => before,
    set: () => {
      throw new GraftError({ code: 'state-dir', message: 'no space left on device', hint: null });
    },
  });
  world.breaks(() => {
    Object.defineProperty(run, 'diagnostics', {
      configurable: true,
      writable: true,
      value: before,
    });
  });
};

/** The timer itself fails: a wait that asks nobody anything can fail in no other way. */
export const brokenTimer: Arrange = (world) => {
  const { clock } = world.lab;
  const until = clock.until.bind(clock);
  clock.until = () => Promise.reject(new Error('the timer failed'));
  world.breaks(() => {
    clock.until = until;
  });
};
