/** What can be done to an engine with three containers, drawn from a seed. */

const names = ['ada', 'bob', 'cyd'] as const;
const policies = ['no', 'always', 'unless-stopped', 'on-failure'] as const;

export type Name = (typeof names)[number];
export type Policy = (typeof policies)[number];

/** Containers are meant by the order in which they were made, so that both engines mean the same one. */
export type Move =
  | {
      readonly do: 'create';
      readonly name: Name;
      readonly policy: Policy;
      readonly kind: 'stays' | 'fails';
    }
  | { readonly do: 'start'; readonly which: number }
  | { readonly do: 'stop'; readonly which: number }
  | { readonly do: 'remove'; readonly which: number; readonly force: boolean }
  | { readonly do: 'rename'; readonly which: number; readonly name: Name }
  | { readonly do: 'setPolicy'; readonly which: number; readonly policy: Policy }
  /** Of the engine: in order, or by SIGKILL. */
  | { readonly do: 'engine'; readonly how: 'restart' | 'kill' };

const pick = <T>(random: () => number, all: readonly T[]): T => {
  const one = all[Math.floor(random() * all.length)];
  if (one === undefined) throw new Error('there is nothing to pick from');
  return one;
};

/** One that fails is never started again by its policy: how often it was would be a matter of time. */
function creation(random: () => number): Move {
  const kind = random() < 0.2 ? 'fails' : 'stays';
  const policy = kind === 'fails' ? 'no' : pick(random, policies);
  return { do: 'create', name: pick(random, names), policy, kind };
}

/** What is taken to be there: a create under a name that is taken makes none. */
class Cast {
  made = 0;
  readonly there = new Map<number, Name>();
  /** Whose program fails. */
  readonly failing = new Set<number>();

  note(one: Move): void {
    if (one.do === 'create') {
      const isFree = ![...this.there.values()].includes(one.name);
      if (isFree) this.there.set(this.made, one.name);
      if (one.kind === 'fails') this.failing.add(this.made);
      this.made += 1;
    } else if (one.do === 'remove' && one.force) this.there.delete(one.which);
    else if (one.do === 'rename' && ![...this.there.values()].includes(one.name))
      this.there.set(one.which, one.name);
  }
}

/** Mostly of one that is there; what is asked of one that is not has an answer as well. */
function move(random: () => number, { made, there, failing }: Cast): Move {
  if (there.size === 0 || (made < 6 && random() < 0.15)) return creation(random);
  const which =
    random() < 0.9 ? pick(random, [...there.keys()]) : Math.floor(random() * (made + 1));
  const drawn = random();
  if (drawn < 0.36) return { do: 'start', which };
  if (drawn < 0.56) return { do: 'stop', which };
  if (drawn < 0.68) return { do: 'remove', which, force: random() < 0.4 };
  if (drawn < 0.82) return { do: 'rename', which, name: pick(random, names) };
  return { do: 'setPolicy', which, policy: failing.has(which) ? 'no' : pick(random, policies) };
}

/** So many moves; in their second half the engine is restarted once, which takes seconds. */
export function moves(random: () => number, count: number): Move[] {
  const cast = new Cast();
  const drawn: Move[] = [];
  const restartAt = Math.floor(count / 2 + random() * (count / 3));
  while (drawn.length < count) {
    const next: Move =
      drawn.length === restartAt
        ? { do: 'engine', how: random() < 0.5 ? 'restart' : 'kill' }
        : move(random, cast);
    cast.note(next);
    drawn.push(next);
  }
  return drawn;
}

export const wordsFor = (one: Move): string =>
  Object.values(one)
    .map((value) => (typeof value === 'number' ? `#${value}` : String(value)))
    .join(' ');
