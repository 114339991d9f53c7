/** The sets of paths that are driven through the real actors (docs/testing.md says what each is for). */
import type { Choice } from '../../machines/index.js';
import { actorOf, answersAt, cancel, fails, recover } from './alphabet.js';
import { eachAnswer, everyEdge, everywhere } from './coverage.js';
import { graphOf } from './graph.js';
import type { Answering } from './graph.js';
import { answerNamed, everyPath, follow, scripted } from './paths.js';
import type { Path } from './paths.js';
import { fullSetting, smallSetting } from './setting.js';
import type { Setting } from './setting.js';
import { stateOf } from './vertex.js';

export interface PathSet {
  readonly name: string;
  readonly title: string;
  readonly setting: Setting;
  readonly paths: () => Iterable<Path>;
}

/**
 * Actors whose failure leaves a line in `leftovers` or a warning, and changes nothing else: a
 * container that stays, or runs on. "Every path" lets them succeed; "every edge" lets each of them fail.
 */
export const cleaners: readonly string[] = [
  'removeProbe',
  'removeLitter',
  'releaseClaim',
  'keepApart',
];

/** Every answer, but that cleaners succeed. */
export const withoutLeftovers =
  (setting: Setting): Answering =>
  (snapshot) =>
    answersAt(snapshot, setting).filter(
      ({ actor, outcome }) => !(outcome === fails && cleaners.includes(String(actor))),
    );

/** Every answer in the states that match, elsewhere the one that leads on. */
const onlyIn =
  (states: RegExp, setting: Setting): Answering =>
  (snapshot) =>
    answersAt(snapshot, setting).slice(0, states.test(stateOf(snapshot)) ? undefined : 1);

/** Every path of a setting, but for the failures of cleaners. */
export const enumeratePaths = (setting: Setting): Iterable<Path> =>
  everyPath(graphOf(setting, withoutLeftovers(setting)));

const times = (count: number, outcome: string): string[] => Array<string>(count).fill(outcome);

/** The debounce at its real limit, as the seed's rule has it. */
function debounceScripts(setting: Setting): Path[] {
  const most = setting.errorDebounce;
  const almost = times(most - 1, 'error');
  const polls = (...outcomes: string[]) => scripted(setting, 'pollSupervisor', outcomes);
  return [
    polls(...almost, 'ready'),
    polls(...almost, 'error'),
    polls(...almost, 'pending', ...almost, 'ready'),
    polls(...almost, 'pending', ...almost, 'error'),
    polls(...times(most - 2, 'error'), 'pending', ...almost, 'ready'),
    polls(...almost, 'interrupted', ...almost, 'ready'),
    polls(...times(setting.maxPolls, 'pending')),
  ];
}

/** A run is taken over in its wait, a person is asked and answers, and a second look is taken. */
function decided(setting: Setting, choice: Choice, look: string): Path {
  // A wait that was over does not begin again: one that goes on was asked about for another reason.
  const seen = [look === 'wait' ? 'restored' : 'ask', look];
  let recovered = 0;
  return follow(setting, (snapshot) => {
    if (actorOf(snapshot)?.src === 'assessRecovery') {
      const outcome = seen.shift();
      return outcome === undefined ? undefined : answerNamed(snapshot, setting, outcome);
    }
    if (recovered === 0 && actorOf(snapshot)?.src === 'pollSupervisor') {
      recovered = 1;
      return recover(null);
    }
    const rests = snapshot.status === 'active' && actorOf(snapshot) === null;
    if (!rests || recovered !== 1) return undefined;
    recovered = 2;
    return recover(choice);
  });
}

/** Each answer of a person meets each second look; a wait that was chosen meets whatever else it can bring. */
function* decisions(setting: Setting): Generator<Path> {
  for (const choice of ['forward', 'back', 'abandon'] as const)
    for (const look of ['back', 'wait', 'ask', 'restored', 'gone', fails])
      yield decided(setting, choice, look);
  const { steps } = decided(setting, 'forward', 'ask');
  const chosen = steps.findLastIndex(({ event }) => event.type === 'RECOVER');
  for (const [at, { state }] of steps.entries()) {
    if (at <= chosen + 1 || !state.startsWith('confirmation.')) continue;
    yield* eachAnswer(setting, steps.slice(0, at), (snapshot) => [
      ...answersAt(snapshot, setting).slice(1),
      cancel,
    ]);
  }
}

/** The debounce as it is by default; the polls bounded, so that the graph stays small. */
const edgeSetting: Setting = { ...smallSetting, errorDebounce: 15, maxPolls: 18 };
const undoSetting: Setting = { ...smallSetting, intent: 'undo' };
const keepingSetting: Setting = { ...smallSetting, keepBackup: true };
const remakingSetting: Setting = { ...undoSetting, backup: 'snapshot' };

/** The wait after it is the same; its every path stands in `all`. */
const shortWait = { errorDebounce: 1, maxPolls: 1, maxRestarts: 0 } as const;
const carryingSetting: Setting = { ...smallSetting, ...shortWait, layer: 'carried' };
const retiringSetting: Setting = {
  ...keepingSetting,
  ...shortWait,
  networks: [],
  backup: 'snapshot',
};
const rewritingSetting: Setting = { ...carryingSetting, layer: 'rewritten' };
/** Found down, clean when it was screened; whatever somebody copies into it then is carried. */
const stoppedSetting: Setting = { ...rewritingSetting, original: 'stopped' };
const stoppedUndoSetting: Setting = { ...undoSetting, original: 'stopped' };

/** A sandbox, whose gateway is asked once the original is gone. */
const sandboxSetting: Setting = {
  ...smallSetting,
  ...shortWait,
  networks: [],
  backup: 'snapshot',
  gateway: 'early',
};
const lifecycleSetting: Setting = { ...sandboxSetting, gateway: 'lifecycle' };
const gatewaySettings = [sandboxSetting, lifecycleSetting] as const;

/** One container depends on it, and is attached again on either way. */
const joinedSetting: Setting = {
  ...smallSetting,
  errorDebounce: 2,
  maxPolls: 2,
  maxRestarts: 0,
  networks: [],
  dependents: 1,
};
const joinedUndoSetting: Setting = { ...joinedSetting, intent: 'undo' };

/** Every path through some states; around them, what leads on. */
const everyPathIn = (states: RegExp, setting: Setting): Iterable<Path> =>
  everyPath(graphOf(setting, onlyIn(states, setting)));

export const pathSets: readonly PathSet[] = [
  {
    name: 'all',
    title: 'every path, cleaners succeeding',
    setting: smallSetting,
    paths: () => enumeratePaths(smallSetting),
  },
  {
    name: 'undo',
    title: 'every path of a run that takes back a finished one',
    setting: undoSetting,
    paths: () => everyPath(graphOf(undoSetting)),
  },
  {
    name: 'selection',
    title: 'every path through the selection among three candidates',
    setting: fullSetting,
    paths: () => everyPathIn(/^selection\./, fullSetting),
  },
  {
    name: 'keep',
    title: 'every path of a completion that keeps the backup',
    setting: keepingSetting,
    paths: () => everyPathIn(/^completion\./, keepingSetting),
  },
  {
    name: 'carry',
    title: 'every path of a cutover that carries the writable layer',
    setting: carryingSetting,
    paths: () => everyPathIn(/^(cutover|rollback)\./, carryingSetting),
  },
  {
    name: 'rewritten',
    title: 'every path of a cutover whose original writes to its layer while it stops',
    setting: rewritingSetting,
    paths: () => everyPathIn(/^(cutover\.|confirmation\.checkingLayer)/, rewritingSetting),
  },
  {
    name: 'stopped',
    title: 'every path of a cutover whose original does not run',
    setting: stoppedSetting,
    paths: () => everyPathIn(/^(cutover|confirmation)\./, stoppedSetting),
  },
  {
    name: 'stopped-carried',
    title: 'the same where the writable layer is to be carried',
    setting: { ...stoppedSetting, layer: 'carried' },
    paths: () => everyPathIn(/^(cutover|confirmation)\./, { ...stoppedSetting, layer: 'carried' }),
  },
  {
    name: 'stopped-undo',
    title: 'every path of a run that takes such a graft back',
    setting: stoppedUndoSetting,
    paths: () => everyPathIn(/^rollback\./, stoppedUndoSetting),
  },
  {
    name: 'stopped-edges',
    title: 'every edge of a run whose original does not run',
    setting: stoppedSetting,
    paths: () => everyEdge(stoppedSetting),
  },
  {
    name: 'retire',
    title: 'every path of a completion that retires the original and keeps its snapshot',
    setting: retiringSetting,
    paths: () => everyPathIn(/^completion\./, retiringSetting),
  },
  {
    name: 'undo-retired',
    title: 'every path of a run that makes a retired original again',
    setting: remakingSetting,
    paths: () => everyPath(graphOf(remakingSetting)),
  },
  ...gatewaySettings.flatMap((setting) => [
    {
      name: `sandbox-${setting.gateway}`,
      title: `every path of a sandbox through its cutover, its wait and the way back: ${setting.gateway}`,
      setting,
      paths: () => everyPathIn(/^(cutover|confirmation|rollback)\./, setting),
    },
    {
      name: `sandbox-${setting.gateway}-undo`,
      title: `every path of a run that takes such a graft back: ${setting.gateway}`,
      setting: { ...setting, intent: 'undo' as const },
      paths: () => everyPathIn(/^rollback\./, { ...setting, intent: 'undo' }),
    },
    {
      name: `cancel-sandbox-${setting.gateway}`,
      title: `cancelled everywhere: ${setting.gateway}`,
      setting,
      paths: () => everywhere(setting, cancel),
    },
    {
      name: `recover-sandbox-${setting.gateway}`,
      title: `taken over everywhere: ${setting.gateway}`,
      setting,
      paths: () => everywhere(setting, recover(null)),
    },
  ]),
  {
    name: 'deferred',
    title: 'every edge of a run whose wait is put off',
    setting: { ...smallSetting, ...shortWait, defer: true },
    paths: () => everyEdge({ ...smallSetting, ...shortWait, defer: true }),
  },
  {
    name: 'dependents',
    title: 'every path of a rollback, and of a confirmation, that attaches a dependent again',
    setting: joinedSetting,
    paths: () => everyPathIn(/^(confirmation|rollback)\./, joinedSetting),
  },
  {
    name: 'dependents-edges',
    title: 'every edge of a run with a dependent',
    setting: joinedSetting,
    paths: () => everyEdge(joinedSetting),
  },
  {
    name: 'dependents-stopped',
    title: 'every edge where neither the original nor its dependent runs',
    setting: { ...joinedSetting, original: 'stopped' },
    paths: () => everyEdge({ ...joinedSetting, original: 'stopped' }),
  },
  {
    name: 'dependents-undo',
    title: 'every path of a run that takes such a graft back',
    setting: joinedUndoSetting,
    paths: () => everyPath(graphOf(joinedUndoSetting)),
  },
  {
    name: 'cancel-dependents',
    title: 'cancelled everywhere, with a dependent',
    setting: joinedSetting,
    paths: () => everywhere(joinedSetting, cancel),
  },
  {
    name: 'recover-dependents',
    title: 'taken over everywhere, with a dependent',
    setting: joinedSetting,
    paths: () => everywhere(joinedSetting, recover(null)),
  },
  {
    name: 'recover-dependents-undo',
    title: 'the same for a run that takes such a graft back',
    setting: joinedUndoSetting,
    paths: () => everywhere(joinedUndoSetting, recover(null)),
  },
  {
    name: 'edges',
    title: 'every edge, small limits, cleaners failing as well',
    setting: smallSetting,
    paths: () => everyEdge(smallSetting),
  },
  {
    name: 'edges-15',
    title: 'every edge, default debounce',
    setting: edgeSetting,
    paths: () => everyEdge(edgeSetting),
  },
  {
    name: 'debounce',
    title: 'the debounce at its default limit',
    setting: fullSetting,
    paths: () => debounceScripts(fullSetting),
  },
  {
    name: 'cancel',
    title: 'cancelled once, at every vertex, before each answer',
    setting: smallSetting,
    paths: () => everywhere(smallSetting, cancel),
  },
  {
    name: 'cancel-undo',
    title: 'the same for a run that takes back a finished one',
    setting: undoSetting,
    paths: () => everywhere(undoSetting, cancel),
  },
  ...(
    [
      ['retire', retiringSetting],
      ['undo-retired', remakingSetting],
    ] as const
  ).flatMap(([of, setting]) => [
    {
      name: `cancel-${of}`,
      title: `cancelled everywhere: ${of}`,
      setting,
      paths: () => everywhere(setting, cancel),
    },
    {
      name: `recover-${of}`,
      title: `taken over everywhere: ${of}`,
      setting,
      paths: () => everywhere(setting, recover(null)),
    },
  ]),
  ...([carryingSetting, rewritingSetting] as const).map((setting) => ({
    name: `cancel-${setting.layer}`,
    title: `the same for a run whose writable layer is ${setting.layer}`,
    setting,
    paths: () => everywhere(setting, cancel),
  })),
  ...([carryingSetting, rewritingSetting] as const).map((setting) => ({
    name: `recover-${setting.layer}`,
    title: `taken over everywhere, its writable layer ${setting.layer}`,
    setting,
    paths: () => everywhere(setting, recover(null)),
  })),
  {
    name: 'cancel-stopped',
    title: 'cancelled everywhere, its original stopped',
    setting: stoppedSetting,
    paths: () => everywhere(stoppedSetting, cancel),
  },
  {
    name: 'recover-stopped',
    title: 'taken over everywhere, its original stopped',
    setting: stoppedSetting,
    paths: () => everywhere(stoppedSetting, recover(null)),
  },
  {
    name: 'recover',
    title: 'taken over by a new process at every vertex, before each answer',
    setting: smallSetting,
    paths: () => everywhere(smallSetting, recover(null)),
  },
  {
    name: 'recover-undo',
    title: 'the same for a run that takes back a finished one',
    setting: undoSetting,
    paths: () => everywhere(undoSetting, recover(null)),
  },
  {
    name: 'decisions',
    title:
      'each answer of a person, before each second look; the wait that was chosen, failing in every way',
    setting: smallSetting,
    paths: () => decisions(smallSetting),
  },
];
