/**
 * One process of the laboratory (`scripts/faults.mjs` begins them): plays its share of the schedules of
 * some scenarios and prints what came of each scenario as a line of JSON, or replays one schedule in words.
 */
import { parseArgs } from 'node:util';
import { newTally, oneFault, played, sampled, twoFaults, type Tally } from './explore.js';
import { coreScenarios, scenarios, wordsFor, type Scenario } from './scenario.js';
import { faults, parseId } from './schedule.js';

const { values } = parseArgs({
  options: {
    replay: { type: 'string' },
    scenarios: { type: 'string' },
    share: { type: 'string', default: '0/1' },
    depth: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    samples: { type: 'string', default: '1000' },
    whole: { type: 'boolean', default: false },
    'until-found': { type: 'boolean', default: false },
  },
});

const chosen = (all: readonly Scenario[]): readonly Scenario[] => {
  const only = values.scenarios?.split(',');
  return only === undefined ? all : all.filter(({ id }) => only.includes(id));
};

async function replay(id: string): Promise<void> {
  const { scenario: name, schedule } = parseId(id);
  const scenario = scenarios.find((one) => one.id === name);
  if (scenario === undefined) throw new Error(`there is no scenario ${name}`);
  const { moments, wrong, outcome, why, end, processes } = await played(scenario, schedule);
  for (const { n, process: by, kind, what } of moments) {
    const fault = schedule.find(([at]) => at === n)?.[1];
    console.log(
      `${n}  process ${by}  ${kind} ${what}${fault === undefined ? '' : `  <-- ${faults[fault].says}`}`,
    );
  }
  console.log(`scenario   ${wordsFor(scenario)}`);
  console.log(`outcome    ${outcome}, in ${end}, after ${processes} processes`);
  console.log(`why        ${why ?? 'nothing went wrong'}`);
  console.log(
    wrong.length === 0 ? 'all invariants hold' : `WRONG      ${wrong.join('\n           ')}`,
  );
  if (wrong.length > 0) process.exitCode = 1;
}

function tell(scenario: Scenario, tally: Tally, beganAt: number): void {
  const line = {
    scenario: scenario.id,
    words: wordsFor(scenario),
    ms: Math.round(performance.now() - beganAt),
    schedules: tally.schedules,
    played: tally.played,
    outcomes: Object.fromEntries(tally.outcomes),
    ends: [...tally.ends],
    found: tally.found,
  };
  console.log(JSON.stringify(line));
}

async function explore(): Promise<void> {
  const [part = 0, of = 1] = values.share.split('/').map(Number);
  const depth = Number(values.depth);
  for (const scenario of chosen(depth === 1 ? scenarios : coreScenarios)) {
    const tally = newTally();
    const beganAt = performance.now();
    const share = { mine: (index: number) => index % of === part, whole: values.whole };
    const order = { ...share, untilFound: values['until-found'] };
    // oxlint-disable no-await-in-loop -- one play after the other
    if (depth === 1) await oneFault(scenario, tally, order);
    else if (depth === 2) await twoFaults(scenario, tally, order);
    else {
      const count = Math.ceil(Number(values.samples) / of);
      await sampled(scenario, tally, { depth, count, seed: Number(values.seed) * of + part });
    }
    // oxlint-enable no-await-in-loop
    tell(scenario, tally, beganAt);
    if (order.untilFound && tally.found.length > 0) return;
  }
}

await (values.replay === undefined ? explore() : replay(values.replay));
