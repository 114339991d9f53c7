/**
 * kill -9 at every line of the journal and at every call, forward and in rollback, each followed
 * by `recover`, twice: the run ends well, and the second recovery changes nothing.
 */
import { describe, expect, it } from 'vitest';
import { Lab, Watched, type ProcessOptions } from '../../harness/index.js';
import type { Verdict } from '../../memory/index.js';

interface Scenario {
  readonly name: string;
  readonly restart: string;
  readonly apiVersion: '1.41' | '1.51';
  readonly keepBackup?: boolean;
  /** The replacement ends by itself, so the run turns back. */
  readonly fails?: boolean;
  /** The original takes seconds to stop: a stop that nobody waits for any more still lands. */
  readonly slow?: boolean;
}

const scenarios: readonly Scenario[] = [
  { name: 'a graft', restart: 'always', apiVersion: '1.51' },
  {
    name: 'a graft that keeps its backup',
    restart: 'unless-stopped',
    apiVersion: '1.51',
    keepBackup: true,
  },
  { name: 'a graft on an old engine, two networks', restart: 'on-failure:3', apiVersion: '1.41' },
  { name: 'a graft of a slow one', restart: 'always', apiVersion: '1.51', slow: true },
  { name: 'a rollback', restart: 'always', apiVersion: '1.51', fails: true },
  { name: 'a rollback on an old engine', restart: 'no', apiVersion: '1.41', fails: true },
];

function laboratory({ restart, apiVersion, fails = false, slow = false }: Scenario) {
  const lab = new Lab({ engine: { apiVersion } });
  lab.engine.run({ name: 'bystander' });
  const networks = ['front', 'back'].map((name) => ({ name, aliases: ['api'] }));
  const box = { name: 'box', restart, networks, volumes: ['data:/data'] };
  const id = lab.engine.run(box, slow ? { stop: { kind: 'exits', afterMs: 8000, code: 0 } } : {});
  if (fails) {
    lab.engine.script(({ id: it, name }) => name === 'box' && it !== id, {
      exit: { afterMs: 3000, code: 3 },
    });
  }
  return { lab, id, watched: new Watched(lab, id) };
}

/** Runs it, and recovers it twice where it died. Returns what was wrong. */
async function survived(scenario: Scenario, deaths: readonly ProcessOptions[]): Promise<string[]> {
  const { lab, id, watched } = laboratory(scenario);
  const options = { keepBackup: scenario.keepBackup ?? false };
  const [first = {}, ...later] = deaths;
  let ended = await lab.graft('box', options, first);
  if (!ended.died) return ['it did not die'];
  const { runId } = ended;
  if (lab.folder.lastLine(runId) === null) return [...watched.violations, ...watched.atRest()];
  for (const death of later) {
    ended = await lab.recover(runId, null, death);
    if (!ended.died) break;
  }
  if (ended.died) ended = await lab.recover(runId);
  const wrong: string[] = [];
  const { report } = ended;
  if (report === null || report.outcome === null || report.outcome === 'stranded') {
    wrong.push(`it ended ${report?.outcome ?? 'dead'}: ${report?.reason?.message ?? ''}`);
  }
  // What is under way lands before anything is called at rest.
  lab.clock.advance(60_000);
  const kept = report?.outcome === 'grafted' && options.keepBackup ? [id] : [];
  wrong.push(...watched.faultsOf(ended, kept));
  const before = lab.engine.fingerprint();
  const again = await lab.recover(runId, null, {
    hooks: { before: ({ changing, method }) => void (changing && wrong.push(`again: ${method}`)) },
  });
  if (JSON.stringify(again.report) !== JSON.stringify(report)) wrong.push('it says something else');
  if (lab.engine.fingerprint() !== before) wrong.push('the second recovery changed the engine');
  return wrong;
}

/** What an undisturbed run does: its lines, and its calls. */
async function undisturbed(scenario: Scenario) {
  const { lab, watched, id } = laboratory(scenario);
  const ended = await lab.graft('box', { keepBackup: scenario.keepBackup ?? false });
  const outcome = scenario.fails === true ? 'rolledBack' : 'grafted';
  expect(ended.report?.outcome).toBe(outcome);
  expect(watched.faultsOf(ended, scenario.keepBackup === true ? [id] : [])).toEqual([]);
  return { states: ended.states, calls: lab.engine.calls };
}

const atLine = (seq: number, when: 'die-before' | 'die-after'): ProcessOptions => ({
  journal: (line) => (line.seq === seq ? when : undefined),
});

const atCall = (nth: number, verdict: Verdict): ProcessOptions => {
  let calls = 0;
  return { hooks: { before: () => (++calls === nth ? verdict : undefined) } };
};

describe.each(scenarios)('$name, killed', (scenario) => {
  it('before and after every line', async () => {
    const { states } = await undisturbed(scenario);
    const wrong: string[] = [];
    for (const [index, state] of states.entries()) {
      for (const when of ['die-before', 'die-after'] as const) {
        const found = await survived(scenario, [atLine(index + 1, when)]);
        wrong.push(...found.map((what) => `${when} ${index + 1} ${state}: ${what}`));
      }
    }
    expect(wrong).toEqual([]);
    expect(states.length).toBeGreaterThan(25);
  });

  it('before, during and after every call', async () => {
    const { calls } = await undisturbed(scenario);
    const wrong: string[] = [];
    for (const [index, { method, changing }] of calls.entries()) {
      const kinds = changing
        ? (['die-before', 'die-during', 'die-after'] as const)
        : (['die-before'] as const);
      for (const kind of kinds) {
        const found = await survived(scenario, [atCall(index + 1, { kind })]);
        wrong.push(...found.map((what) => `${kind} call ${index + 1} ${method}: ${what}`));
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('a recovery that is killed as well', () => {
  it.each([scenarios[0]!, scenarios[4]!])('five times in a row, in $name', async (scenario) => {
    const { states } = await undisturbed(scenario);
    const wrong: string[] = [];
    for (const [index, state] of states.entries()) {
      const first = atLine(index + 1, 'die-after');
      // Each recovery writes a line or two more than the one before it.
      const later = [1, 2, 3, 4, 5].map((after) => {
        let lines = 0;
        return { journal: () => (++lines > after ? ('die-after' as const) : undefined) };
      });
      const found = await survived(scenario, [first, ...later]);
      wrong.push(...found.map((what) => `after ${index + 1} ${state}: ${what}`));
    }
    expect(wrong).toEqual([]);
  });
});
