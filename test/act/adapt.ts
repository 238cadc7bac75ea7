import { parseDocument, isMap, isScalar, visit, type Document, type YAMLMap } from 'yaml';

/** What an adapted workflow is made for. */
export interface Adaptation {
  /** The file's name, `stage.yml`: what a job's token says that it stands in. */
  readonly file: string;
  /** The commit that consumers name our code by. */
  readonly commit: string;
  /** Where jobs that may ask for an ID token get one. */
  readonly idTokens: string;
}

/** OWN_REPOSITORY is what our code is called by where it is not `$/`. */
export const OWN_REPOSITORY = 'your-org/slipway';

/**
 * adaptWorkflow writes one of our workflows so that act 0.2.87 can run it. This is all that differs:
 *
 * - `$/path`, which act does not know, becomes our repository at the commit, which act then takes from a folder.
 * - `concurrency`, which act does not read, is left out: `queue: max` is no key to it.
 * - `environment` with `deployment: false` becomes the environment's name alone.
 * - A job with `id-token: write` gets the two variables that GitHub's runner gives it: act knows no ID tokens. They name
 *   the job's file and environment, as GitHub puts them into the token; a job without that permission gets none.
 */
export function adaptWorkflow(text: string, adaptation: Adaptation): string {
  const document = parseDocument(text);
  ownByCommit(document, adaptation.commit);
  document.delete('concurrency');
  const jobs = document.get('jobs');
  if (!isMap(jobs)) return String(document);
  for (const { value: job } of jobs.items) if (isMap(job)) adaptJob(document, job, adaptation);
  return String(document);
}

function ownByCommit(document: Document, commit: string): void {
  visit(document, {
    Pair: (_key, { key, value }) => {
      if (!isScalar(key) || key.value !== 'uses' || !isScalar(value) || typeof value.value !== 'string') return;
      if (value.value.startsWith('$/')) value.value = `${OWN_REPOSITORY}/${value.value.slice(2)}@${commit}`;
    },
  });
}

function adaptJob(document: Document, job: YAMLMap, { file, idTokens }: Adaptation): void {
  job.delete('concurrency');
  const environment = job.get('environment');
  const name = isMap(environment) ? environment.get('name') : environment;
  if (isMap(environment)) job.set('environment', name);
  if (job.has('uses') || job.getIn(['permissions', 'id-token']) !== 'write') return;
  const asked = `${idTokens}?file=${file}&environment=${typeof name === 'string' ? name : ''}`;
  job.set(
    'env',
    document.createNode({ ACTIONS_ID_TOKEN_REQUEST_URL: asked, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-this-job' }),
  );
}
