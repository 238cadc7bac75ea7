/** GitHubJob is what GitHub's ID tokens tell of a job. */
export interface GitHubJob {
  /** `acme/shop`. */
  readonly repository: string;
  readonly ownerId: number;
  readonly repositoryId: number;
  /** `names` is the subject of repositories from before July 2026, `ids` the immutable one of those after. */
  readonly subject: 'names' | 'ids';
  /** The job's `environment:`, which takes the place of the ref in the subject. */
  readonly environment?: string;
  /** Defaults to `refs/heads/main`. */
  readonly ref?: string;
  /** Defaults to `push`; of `pull_request` the subject tells nothing else, unless the job has an environment. */
  readonly eventName?: string;
  /** The file that the job stands in, `acme/shop/.github/workflows/deliver.yml@refs/heads/main`. */
  readonly jobWorkflowRef?: string;
}

/**
 * gitHubClaims returns the claims of the ID token that GitHub gives to a job, without those that the issuer adds: `iss`,
 * `aud` and the times.
 *
 * @see https://docs.github.com/actions/reference/security/oidc
 */
export function gitHubClaims(job: GitHubJob): Readonly<Record<string, string>> {
  const { repository, ownerId, repositoryId, environment, ref = 'refs/heads/main', eventName = 'push' } = job;
  const [owner = ''] = repository.split('/', 1);
  const workflow = job.jobWorkflowRef ?? `${repository}/.github/workflows/deliver.yml@${ref}`;
  return {
    sub: subjectOf(job, ref, eventName),
    ref,
    repository,
    repository_id: String(repositoryId),
    repository_owner: owner,
    repository_owner_id: String(ownerId),
    event_name: eventName,
    workflow: 'deliver',
    job_workflow_ref: workflow,
    actor: owner,
    actor_id: String(ownerId),
    run_id: '4711',
    run_attempt: '1',
    runner_environment: 'github-hosted',
    ...(environment === undefined ? {} : { environment }),
  };
}

function subjectOf({ repository, ownerId, repositoryId, subject, environment }: GitHubJob, ref: string, event: string) {
  const [owner = '', name = ''] = repository.split('/', 2);
  const whose = subject === 'names' ? repository : `${owner}@${ownerId}/${name}@${repositoryId}`;
  // A colon would look like another part of the subject, so GitHub writes it encoded.
  if (environment !== undefined) return `repo:${whose}:environment:${environment.replaceAll(':', '%3A')}`;
  return event === 'pull_request' ? `repo:${whose}:pull_request` : `repo:${whose}:ref:${ref}`;
}
