/** Every flag of `docker run` that the installed client knows is in some container that is compared. */
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Where the containers stand that are compared, or refused. */
const CASES =
  /^(rows\/(lifecycle|network|programs|storage)|fidelity\/(cases|mutations)|(fidelity-modes|gpu-forms|refusals)\.test)\.ts$/;

const CLIENT = 'of the client, not of the container';
const WINDOWS = 'Windows containers are refused';
const RAW = 'passes through as it stands (test/unit/spec/desired.test.ts)';

/** Flags that are in no case, each with its reason. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  '--detach': CLIENT,
  '--detach-keys': CLIENT,
  '--sig-proxy': CLIENT,
  '--help': CLIENT,
  '--disable-content-trust': CLIENT,
  '--pull': CLIENT,
  '--quiet': CLIENT,
  '--use-api-socket': 'a bind, a variable, and a file that is copied in: each has a case',
  '--cpu-count': WINDOWS,
  '--cpu-percent': WINDOWS,
  '--io-maxbandwidth': WINDOWS,
  '--io-maxiops': WINDOWS,
  '--cpu-rt-period': RAW,
  '--cpu-rt-runtime': RAW,
  '--storage-opt': RAW,
};

interface Flag {
  readonly long: string;
  readonly short: string | undefined;
}

/** Long and short names, as the client's own help lists them. */
function known(): Flag[] {
  const help = execFileSync('docker', ['run', '--help'], { encoding: 'utf8' });
  const found = help.matchAll(/^ +(?:(-\w), )?(--[\w-]+)(?: |$)/gm);
  return [...found].map(([, short, long = '']) => ({ long, short }));
}

it('are all in a case, or in the list of those that need none', () => {
  const files = readdirSync(here, { recursive: true, encoding: 'utf8' }).filter((file) =>
    CASES.test(file),
  );
  const text = files.map((file) => readFileSync(`${here}/${file}`, 'utf8')).join('\n');
  const used = new Set([...text.matchAll(/'(--?[\w-]+)[=']/g)].map((found) => found[1] ?? ''));
  const flags = known();
  expect(flags.length).toBeGreaterThan(90);
  const inCase = ({ long, short = '' }: Flag) => used.has(long) || used.has(short);
  expect(flags.filter((flag) => !inCase(flag) && !(flag.long in ELSEWHERE))).toEqual([]);
  expect(Object.keys(ELSEWHERE).filter((long) => used.has(long))).toEqual([]);
});
