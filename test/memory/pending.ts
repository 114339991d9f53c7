/** An operation that the engine has begun and not ended: it goes on, whether anybody waits or not. */
export class Pending<T> {
  constructor(
    /** Whether it has ended. */
    readonly settled: () => boolean,
    /** What came of it; may throw `EngineRefused`. */
    readonly result: () => T,
  ) {}
}
