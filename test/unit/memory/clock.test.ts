/** Virtual time: it jumps when all sleep, in order, and never waits. */
import { describe, expect, it } from 'vitest';
import { MemoryClock } from '../../memory/index.js';

describe('MemoryClock', () => {
  it('sleeps in virtual time only, and lets what is due happen in order', async () => {
    const clock = new MemoryClock(1000);
    const seen: string[] = [];
    const note = (what: string) => () => seen.push(`${clock.now()} ${what}`);
    clock.at(1500, 'b', note('b'));
    clock.at(1200, 'a', note('a'));
    clock.at(1500, 'c', note('c'));
    clock.at(99_000_000, 'later', note('later'));
    const began = performance.now();
    await clock.sleep(3_600_000);
    expect(performance.now() - began).toBeLessThan(1000);
    expect(clock.now()).toBe(3_601_000);
    expect(seen).toEqual(['1200 a', '1500 b', '1500 c']);
  });

  it('ends a sleep with the signal reason, at the time of the abort', async () => {
    const clock = new MemoryClock(0);
    const cancel = new AbortController();
    clock.at(700, 'Ctrl-C', () => cancel.abort(new Error('cancelled')));
    await expect(clock.sleep(5000, cancel.signal)).rejects.toThrow('cancelled');
    expect(clock.now()).toBe(700);
    await expect(clock.sleep(1, cancel.signal)).rejects.toThrow('cancelled');
  });

  it('wakes every sleeper of one driver, the earlier ones first', async () => {
    const clock = new MemoryClock(0);
    const woke: number[] = [];
    await Promise.all([30, 10, 20].map((ms) => clock.sleep(ms).then(() => woke.push(ms))));
    expect(woke).toEqual([10, 20, 30]);
    expect(clock.now()).toBe(30);
  });

  it('lets the winner of a race go on before time moves again', async () => {
    const clock = new MemoryClock(0);
    const loser = new AbortController();
    await Promise.race([clock.sleep(10), clock.sleep(9999, loser.signal).catch(() => undefined)]);
    expect(clock.now()).toBe(10);
    loser.abort();
    await clock.sleep(5);
    expect(clock.now()).toBe(15);
  });

  it('moves only when all participants sleep', async () => {
    const clock = new MemoryClock(0);
    clock.join();
    const seen: string[] = [];
    const driver = async (name: string, ms: number, rounds: number) => {
      for (let round = 0; round < rounds; round++) {
        await clock.sleep(ms);
        seen.push(`${name}${clock.now()}`);
      }
      clock.leave();
    };
    await Promise.all([driver('a', 30, 3), driver('b', 20, 2)]);
    expect(seen).toEqual(['b20', 'a30', 'b40', 'a60', 'a90']);
  });

  it('advances by hand, with all that is due', () => {
    const clock = new MemoryClock(0);
    let happened = 0;
    clock.at(10, 'due', () => happened++);
    clock.cancel(clock.at(11, 'cancelled', () => happened++));
    clock.at(12, 'not yet', () => happened++);
    clock.advance(11);
    expect([clock.now(), happened]).toEqual([11, 1]);
  });
});
