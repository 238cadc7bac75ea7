/** Silence ends a transfer in which nothing moves any more: a deadline for all of it would have to be as long as the longest. */
export class Silence {
  readonly #controller = new AbortController();
  readonly #ms: number;
  /** Aborts when it has lasted too long; what the transfer awaits is to fail by that. */
  readonly signal = this.#controller.signal;

  /** Ends the transfer when one wait takes longer than so many milliseconds. */
  constructor(ms: number) {
    this.#ms = ms;
  }

  /**
   * endsWith waits for a sign of the other side, for so many times as long as for others. Between two of them we are the
   * slow ones, which ends nothing.
   *
   * @throws the signal's reason when it took too long
   */
  async endsWith<T>(sign: Promise<T>, times = 1): Promise<T> {
    const ms = this.#ms * times;
    const timer = setTimeout(() => {
      this.#controller.abort(new Error(`nothing moved for ${ms / 1000} seconds`));
    }, ms);
    try {
      return await sign;
    } catch (error) {
      throw this.signal.aborted ? this.signal.reason : error;
    } finally {
      clearTimeout(timer);
    }
  }
}
