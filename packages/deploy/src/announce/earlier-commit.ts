import { memberOf, type GitHubApi } from '@slipway/runtime';
import { LIST, type RecordOf } from './record.js';

/** So many deployments are looked through for the one that brought a revision: one page. */
const LOOK_BACK = 100;

/** earlierCommit returns the commit by which a service's revision was deployed before, as GitHub knows it. @throws SlipwayError GITHUB_* */
export async function earlierCommit(api: GitHubApi, of: RecordOf, signal: AbortSignal): Promise<string | undefined> {
  const { owner, repo, environment, task, payload } = of;
  const { data } = await api.request(LIST, { owner, repo, environment, task, per_page: LOOK_BACK }, { signal });
  const earlier = data.filter((one) => memberOf(one.payload, 'run') !== payload.run);
  return earlier.find((one) => memberOf(one.payload, 'taskDefinition') === payload['taskDefinition'])?.sha;
}
