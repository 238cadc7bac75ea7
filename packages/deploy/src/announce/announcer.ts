import { SlipwayError, type Clock } from '@slipway/core';
import type { Outcome } from '@slipway/delivery';
import type { GitHubApi, Log } from '@slipway/runtime';
import type { Delivered } from '../conclude.js';
import type { Announcement } from './announcement.js';
import { Channel } from './channel.js';
import { DeploymentRecord, type RecordOf } from './record.js';
import { endTold, stageTold, type Told } from './states.js';

/** What of it is known from the start. */
export interface Subject extends RecordOf {
  readonly service: string;
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

/** What post reads: that something was begun, and that its end was told. */
export const STATE = { begun: 'githubBegun', ended: 'githubEnded' } as const;

/** Announcer tells GitHub how a deployment goes: by a deployment of its own, and by a status of the commit. */
export class Announcer implements Announcement {
  readonly #parts: AnnouncerParts;
  readonly #over = new AbortController();
  readonly #deployment: Channel;
  readonly #commit: Channel;
  #record: DeploymentRecord | undefined;

  constructor(parts: AnnouncerParts) {
    this.#parts = parts;
    this.#deployment = new Channel(parts.log, 'GitHub does not show this deployment.');
    this.#commit = new Channel(parts.log, 'GitHub does not show a status of the commit.');
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
    this.#record = new DeploymentRecord(api, { ...subject, payload }, { signal: this.#over.signal, mayExist });
  }

  stage(text: string): void {
    this.#say(stageTold(text));
  }

  /** ended tells the end, and gives GitHub a few seconds to take it. */
  async ended(outcome: Outcome, code?: string): Promise<void> {
    const told = endTold(outcome, code);
    if (!told) return;
    const { clock, saveState } = this.#parts;
    this.#tell(told);
    const early = new AbortController();
    const idle = Promise.all([this.#deployment.idle(), this.#commit.idle()]);
    const asleep = clock.sleep(END_WITHIN_MS, early.signal).catch(() => undefined);
    await Promise.race([idle, asleep]);
    early.abort();
    if (this.#deployment.isSettled && this.#commit.isSettled) saveState(STATE.ended, 'true');
    // What hangs must not hold the process.
    this.#over.abort(tookTooLong());
    await idle;
  }

  #tell(told: Told): void {
    this.#say(told);
    const { api, subject } = this.#parts;
    const { owner, repo, ref, environment, service, logUrl } = subject;
    const status = { state: told.commit, description: told.description, target_url: logUrl };
    this.#commit.tell(async () => {
      await api.request(
        'POST /repos/{owner}/{repo}/statuses/{sha}',
        { owner, repo, sha: ref, context: `slipway/${environment}/${service}`, ...status },
        { signal: this.#over.signal, isRepeatable: true },
      );
    });
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
