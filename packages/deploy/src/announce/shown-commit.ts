import { SlipwayError } from '@slipway/core';

/** ShownCommit is the commit that GitHub shows a deployment of: what is deployed, where that is known, else the run's own. */
export class ShownCommit {
  readonly #own: string;
  readonly #find: () => Promise<string | undefined>;
  #ref: Promise<string> | undefined;

  /** @param find asked once, before the first call; what it fails with is not known either */
  constructor(own: string, find: () => Promise<string | undefined>) {
    this.#own = own;
    this.#find = find;
  }

  /** known returns the commit that was found; undefined where the run's own stands in for it. */
  async known(): Promise<string | undefined> {
    const ref = await this.#resolved();
    return ref === this.#own ? undefined : ref;
  }

  /** use makes a call with the commit; with the run's own, from then on, when the repository does not have it. */
  async use<T>(call: (ref: string) => Promise<T>): Promise<T> {
    const ref = await this.#resolved();
    try {
      return await call(ref);
    } catch (error) {
      const isUnknown = error instanceof SlipwayError && error.code === 'GITHUB_API_REFUSED';
      if (ref === this.#own || !isUnknown) throw error;
      this.#ref = Promise.resolve(this.#own);
      return call(this.#own);
    }
  }

  #resolved(): Promise<string> {
    this.#ref ??= this.#find().then(
      (found) => found ?? this.#own,
      () => this.#own,
    );
    return this.#ref;
  }
}
