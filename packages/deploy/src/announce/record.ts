import { SlipwayError } from '@slipway/core';
import { memberOf, type GitHubApi } from '@slipway/runtime';
import type { ShownCommit } from './shown-commit.js';
import type { Told } from './states.js';

/** What a deployment in GitHub is of: everything that is known before it begins. */
export interface RecordOf {
  readonly owner: string;
  readonly repo: string;
  readonly environment: string;
  /** `deploy:web`: what makes several services of an environment distinct. */
  readonly task: string;
  /** The run's own commit. */
  readonly ref: string;
  readonly logUrl: string;
  readonly environmentUrl?: string;
  /** `payload.run` tells our deployment from that of another run of the commit. */
  readonly payload: { readonly run: string } & Readonly<Record<string, string>>;
}

/** LIST is the route that lists deployments. */
export const LIST = 'GET /repos/{owner}/{repo}/deployments';
const STATUSES = 'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses';
/** So many of the deployments before are looked at for one that is still shown as active. */
const LOOK_BACK = 10;

/** What a record works with. */
interface RecordParts {
  readonly commit: ShownCommit;
  readonly signal: AbortSignal;
  readonly mayExist: boolean;
  /** Told the commit of what served before. */
  readonly onRetired?: (sha: string) => void;
}

/** DeploymentRecord is our deployment in GitHub. */
export class DeploymentRecord {
  readonly #api: GitHubApi;
  readonly #of: RecordOf;
  readonly #commit: ShownCommit;
  readonly #signal: AbortSignal;
  readonly #onRetired: (sha: string) => void;
  #id: number | undefined;
  /** A call that failed may have made it all the same. */
  #mayExist: boolean;

  constructor(api: GitHubApi, of: RecordOf, { commit, signal, mayExist, onRetired = () => undefined }: RecordParts) {
    this.#api = api;
    this.#of = of;
    this.#commit = commit;
    this.#signal = signal;
    this.#mayExist = mayExist;
    this.#onRetired = onRetired;
  }

  /** say gives the deployment a status; it is made before, where it is not there yet. @throws SlipwayError GITHUB_* */
  async say(told: Told): Promise<void> {
    const { owner, repo, logUrl, environmentUrl, environment } = this.#of;
    await this.#api.request(
      'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
      {
        ...{ owner, repo, environment, deployment_id: await this.#ensure(), state: told.deployment },
        ...{ description: told.description, log_url: logUrl },
        ...(environmentUrl === undefined ? {} : { environment_url: environmentUrl }),
        // GitHub would make those of all other services of the environment inactive.
        auto_inactive: false,
      },
      { signal: this.#signal, isRepeatable: true },
    );
    if (told.deployment === 'success') await this.#retireOthers();
  }

  async #ensure(): Promise<number> {
    if (this.#id === undefined && this.#mayExist) this.#id = await this.#find();
    this.#id ??= await this.#create();
    return this.#id;
  }

  async #find(): Promise<number | undefined> {
    const { data } = await this.#list();
    // A run that takes back what it delivered has two.
    const isOurs = (payload: unknown): boolean =>
      ['run', 'taskDefinition'].every((name) => memberOf(payload, name) === memberOf(this.#of.payload, name));
    const ours = data.find(({ payload }) => isOurs(payload));
    return ours && Number(ours.id);
  }

  #list() {
    const { owner, repo, environment, task } = this.#of;
    return this.#api.request(LIST, { owner, repo, environment, task, per_page: 50 }, { signal: this.#signal });
  }

  #create(): Promise<number> {
    this.#mayExist = true;
    return this.#commit.use((ref) => this.#createOf(ref));
  }

  async #createOf(ref: string): Promise<number> {
    const { owner, repo, environment, task, payload } = this.#of;
    const { data } = await this.#api.request(
      'POST /repos/{owner}/{repo}/deployments',
      { ...{ owner, repo, environment, task, ref, payload }, auto_merge: false, required_contexts: [] },
      { signal: this.#signal },
    );
    // 202 is GitHub's word for a merge, which was not asked for.
    if ('id' in data) return Number(data.id);
    throw new SlipwayError({
      code: 'GITHUB_API_REFUSED',
      message: `GitHub made no deployment of ${ref}: ${data.message ?? 'it does not say why'}`,
      hint: 'The message is GitHub’s own.',
    });
  }

  /** What served before, and what a killed run left as in progress, is so no more. */
  async #retireOthers(): Promise<void> {
    const { data } = await this.#list();
    const others = data.map(({ id, sha }) => ({ id: Number(id), sha })).filter(({ id }) => id !== this.#id);
    for (const { id, sha } of others.slice(0, LOOK_BACK)) {
      const state = await this.#stateOf(id);
      if (state === 'failure' || state === 'error') continue;
      // Whoever made it inactive has seen to those before it too.
      if (state === 'inactive') return;
      await this.#retire(id);
      if (state !== 'success') continue;
      this.#onRetired(sha);
      return;
    }
  }

  async #stateOf(id: number): Promise<string | undefined> {
    const { owner, repo } = this.#of;
    const where = { owner, repo, deployment_id: id, per_page: 1 };
    return (await this.#api.request(STATUSES, where, { signal: this.#signal })).data[0]?.state;
  }

  async #retire(id: number): Promise<void> {
    const { owner, repo } = this.#of;
    await this.#api.request(
      'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
      { owner, repo, deployment_id: id, state: 'inactive', auto_inactive: false },
      { signal: this.#signal, isRepeatable: true },
    );
  }
}
