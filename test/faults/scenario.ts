/** What a container and a run can be like, so far as it matters to what goes wrong. */

export const factors = {
  policy: ['always', 'unless-stopped', 'on-failure:3', 'no'],
  state: ['running', 'exited'],
  layer: ['clean', 'carried'],
  /** What becomes of the original once the replacement is confirmed. */
  backup: ['removed', 'kept', 'snapshot'],
  /** Who watches it by its labels. */
  manager: ['none', 'compose', 'early', 'lifecycle'],
  /** What the wait for it comes to: at once, after all but one of the errors, after the last of them, or its end. */
  readiness: ['ready', 'late', 'debounced', 'exits'],
  /** Whether the run rests before the wait, until it is finalized. */
  deferred: ['at-once', 'deferred'],
} as const;

type Factors = typeof factors;
export type Scenario = { readonly [F in keyof Factors]: Factors[F][number] } & {
  readonly id: string;
  /** A finished run whose backup was kept is undone; what is broken is the undoing. */
  readonly undone: boolean;
};
type Choice = Omit<Scenario, 'id' | 'undone'>;

/** What cannot be: these pairs are in no scenario. */
function isPossible({ state, manager, readiness, deferred }: Partial<Choice>): boolean {
  const isSandbox = manager === 'early' || manager === 'lifecycle';
  // A gateway's sandbox that is not Ready is refused, and nothing is waited for of what did not run.
  const waitsForNothing =
    isSandbox || (readiness ?? 'ready') !== 'ready' || (deferred ?? 'at-once') !== 'at-once';
  return !(state === 'exited' && waitsForNothing);
}

/** In what order the pairs are looked for does not matter; that it is always the same does. */
const names = Object.keys(factors) as (keyof Choice)[];

type Pair = readonly [keyof Choice, string, keyof Choice, string];

/** Every pair of two factors' values that can be. */
export function pairs(): Pair[] {
  return names.flatMap((one, at) =>
    names.slice(at + 1).flatMap((other) =>
      factors[one].flatMap((a) =>
        factors[other].flatMap((b) => {
          const pair: Pair = [one, a, other, b];
          return isPossible({ [one]: a, [other]: b }) ? [pair] : [];
        }),
      ),
    ),
  );
}

export const covers = (choice: Partial<Choice>, [one, a, other, b]: Pair): boolean =>
  choice[one] === a && choice[other] === b;

/** Greedy: each scenario takes up a pair that is still missing, and then whatever covers most of the others. */
function covering(): Choice[] {
  const chosen: Choice[] = [];
  let missing = pairs();
  for (let pair = missing[0]; pair !== undefined; pair = missing[0]) {
    const [one, a, other, b] = pair;
    let choice: Partial<Choice> = { [one]: a, [other]: b };
    for (const name of names) {
      if (choice[name] !== undefined) continue;
      const options = factors[name]
        .map((value) => ({ ...choice, [name]: value }))
        .filter(isPossible);
      const gain = (option: Partial<Choice>): number =>
        missing.filter((left) => covers(option, left)).length;
      choice = options.reduce((best, option) => (gain(option) > gain(best) ? option : best));
    }
    chosen.push(choice as Choice);
    missing = missing.filter((left) => !covers(choice, left));
  }
  return chosen;
}

const plain: Choice = {
  policy: 'always',
  state: 'running',
  layer: 'clean',
  backup: 'removed',
  manager: 'none',
  readiness: 'ready',
  deferred: 'at-once',
};

/** Those that two faults are tried on: one of each kind of way. */
const core: readonly (Partial<Choice> & { readonly undone?: boolean })[] = [
  {},
  { layer: 'carried', policy: 'unless-stopped' },
  { readiness: 'exits' },
  { backup: 'snapshot', readiness: 'exits', layer: 'carried' },
  { manager: 'early', policy: 'unless-stopped' },
  { manager: 'early', readiness: 'debounced', layer: 'carried' },
  { manager: 'lifecycle', policy: 'unless-stopped' },
  { backup: 'kept', undone: true },
  { backup: 'snapshot', undone: true },
  { manager: 'lifecycle', backup: 'snapshot', undone: true },
  { state: 'exited' },
];

const numbered = (letter: string, choices: readonly (Partial<Choice> & { undone?: boolean })[]) =>
  choices.map((choice, at): Scenario => {
    const id = `${letter}${String(at + 1).padStart(2, '0')}`;
    return { ...plain, undone: false, ...choice, id };
  });

export const coreScenarios: readonly Scenario[] = numbered('c', core);
/** Every pair of two factors' values is in one of them. */
export const pairScenarios: readonly Scenario[] = numbered('p', covering());
export const scenarios: readonly Scenario[] = [...coreScenarios, ...pairScenarios];

export const isSandbox = ({ manager }: Scenario): boolean =>
  manager === 'early' || manager === 'lifecycle';

/** In words, what differs from the plainest. */
export function wordsFor(scenario: Scenario): string {
  const words: string[] = names
    .filter((name) => scenario[name] !== plain[name])
    .map((name) => scenario[name]);
  return [...words, ...(scenario.undone ? ['undone'] : [])].join(', ') || 'plain';
}
