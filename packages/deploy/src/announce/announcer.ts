import { SlipwayError, type Clock } from '@slipway/core';
import type { Outcome } from '@slipway/delivery';
import type { GitHubApi, Log } from '@slipway/runtime';
import type { Delivered } from '../conclude.js';
import type { Announcement } from './announcement.js';
import { Channel } from './channel.js';
import { earlierCommit } from './earlier-commit.js';
import { DeploymentRecord, type RecordOf } from './record.js';
import { ShownCommit } from './shown-commit.js';
import { endTold, stageTold, type Told } from './states.js';

/** What of it is known from the start. */
export interface Subject extends RecordOf {
  readonly service: string;
  /** The commit that is deployed, where it is known to be another than the run's. */
  readonly commit?: string;
  /** Whether it goes back to a revision that an earlier deployment brought. */
  readonly isReturn: boolean;
}

/** What an announcer works with. */
export interface AnnouncerParts {
  readonly api: GitHubApi;
  readonly subject: Subject;
  readonly clock: Clock;
  readonly log: Log;
  readonly saveState: (name: string, value: string) => void;
}

/** The deployment has ended by then: so long a step waits for GitHub at its end, before it leaves the rest to post. */
const END_WITHIN_MS = 5_000;

/** Of 1,000 an hour, for all jobs of a repository: from here on a deployment tells how it begins and ends, and nothing between. */
const FEW_REQUESTS = 500;

/** What post reads: that something was begun, and that its end was told. */
export const STATE = { begun: 'githubBegun', ended: 'githubEnded' } as const;

/** Announcer tells GitHub how a deployment goes: by a deployment of its own, and by a status of the commit. */
export class Announcer implements Announcement {
  readonly #parts: AnnouncerParts;
  readonly #over = new AbortController();
  readonly #deployment: Channel;
  readonly #commitStatus: Channel;
  #record: DeploymentRecord | undefined;
  #shown: ShownCommit | undefined;

  constructor(parts: AnnouncerParts) {
    this.#parts = parts;
    this.#deployment = new Channel(parts.log, 'GitHub does not show this deployment.');
    this.#commitStatus = new Channel(parts.log, 'GitHub does not show a status of the commit.');
    const { ref, commit, isReturn } = parts.subject;
    // What begins nothing has an end too. That nothing was gone back to says nothing of a commit.
    if (!isReturn) this.#shown = new ShownCommit(ref, () => Promise.resolve(commit));
  }

  begun(taskDefinition: string, digest: string | undefined): void {
    const { subject, saveState } = this.#parts;
    const payload = { ...subject.payload, taskDefinition, ...(digest === undefined ? {} : { digest }) };
    saveState(STATE.begun, JSON.stringify(payload));
    this.resume(payload, false);
    this.#tell(stageTold('The deployment has begun.'));
  }

  /** resume takes up the deployment that an earlier process told of. */
  resume(payload: RecordOf['payload'], mayExist: boolean): void {
    const { api, subject } = this.#parts;
    const { signal } = this.#over;
    const of = { ...subject, payload };
    const commit = new ShownCommit(subject.ref, async () => {
      if (subject.commit !== undefined || !subject.isReturn) return subject.commit;
      return earlierCommit(api, of, signal);
    });
    this.#shown = commit;
    const onRetired = (sha: string): void => this.#left(sha, String(payload['taskDefinition']));
    this.#record = new DeploymentRecord(api, of, {
      ...{ commit, signal, mayExist },
      ...(subject.isReturn ? { onRetired } : {}),
    });
  }

  stage(text: string): void {
    const { api } = this.#parts;
    const record = this.#record;
    // Its end has to be told, and other jobs have to ask: the way there is what can be left out.
    const isScarce = (): boolean => (api.requestsLeft() ?? Number.POSITIVE_INFINITY) < FEW_REQUESTS;
    if (record) this.#deployment.tell(async () => (isScarce() ? undefined : record.say(stageTold(text))));
  }

  /** ended tells the end, and gives GitHub a few seconds to take it. */
  async ended(outcome: Outcome, code?: string): Promise<void> {
    const told = endTold(outcome, code);
    if (!told) return;
    const { clock, saveState } = this.#parts;
    this.#tell(told);
    const early = new AbortController();
    // The deployment's last word may be followed by one at the commit of what it leaves.
    const idle = this.#deployment.idle().then(() => this.#commitStatus.idle());
    const asleep = clock.sleep(END_WITHIN_MS, early.signal).catch(() => undefined);
    await Promise.race([idle, asleep]);
    early.abort();
    if (this.#deployment.isSettled && this.#commitStatus.isSettled) saveState(STATE.ended, 'true');
    // What hangs must not hold the process.
    this.#over.abort(tookTooLong());
    await idle;
  }

  #tell(told: Told): void {
    this.#say(told);
    const { isReturn } = this.#parts.subject;
    this.#commitStatus.tell(async () => {
      const post = (sha: string): Promise<void> => this.#post(sha, told.commit, told.description);
      if (!isReturn) return this.#shown?.use(post);
      // The run's own commit is not what is gone back to: what the run came with may be the very thing that is left.
      const known = await this.#shown?.known();
      if (known !== undefined) await post(known);
    });
  }

  /** What served until now was taken back: its commit is no longer deployed, and not for being superseded. */
  #left(sha: string, taskDefinition: string): void {
    this.#commitStatus.tell(async () => {
      if (sha !== (await this.#shown?.known()))
        await this.#post(sha, 'failure', `Taken back: ${taskDefinition} serves.`);
    });
  }

  async #post(sha: string, state: Told['commit'], description: string): Promise<void> {
    const { api, subject } = this.#parts;
    const { owner, repo, environment, service, logUrl } = subject;
    const status = { context: `slipway/${environment}/${service}`, state, description, target_url: logUrl };
    await api.request(
      'POST /repos/{owner}/{repo}/statuses/{sha}',
      { owner, repo, sha, ...status },
      { signal: this.#over.signal, isRepeatable: true },
    );
  }

  #say(told: Told): void {
    const record = this.#record;
    if (record) this.#deployment.tell(() => record.say(told));
  }
}

function tookTooLong(): SlipwayError {
  return new SlipwayError({
    code: 'GITHUB_API_UNAVAILABLE',
    message: 'GitHub took too long.',
    hint: 'https://www.githubstatus.com tells of disturbances.',
    kind: 'world',
    retryable: true,
  });
}

/** announced makes a delivery, and tells its end, whichever it is. */
export async function announced(
  announcer: Announcer | undefined,
  signal: AbortSignal,
  deliver: () => Promise<Delivered>,
): Promise<Delivered> {
  try {
    const delivered = await deliver();
    await announcer?.ended(delivered.outcome, delivered.failure?.code);
    return delivered;
  } catch (error) {
    const code = error instanceof SlipwayError ? error.code : 'UNEXPECTED';
    await announcer?.ended(signal.aborted ? 'cancelled' : 'failed', code);
    throw error;
  }
}
