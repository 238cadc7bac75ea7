/** What of a job decides how AWS is reached; an action's context is one. */
export interface AwsJob {
  readonly inputs: AwsJobInputs;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly github: { readonly runId: string | undefined };
  /** Hides a value in everything written from now on. */
  mask(secret: string): void;
}

export interface AwsJobInputs {
  readonly 'aws-region': string | undefined;
  /** Each assumed with the one before; none: the environment's credentials are used as they are. */
  readonly 'role-to-assume': readonly string[];
  readonly 'role-session-name': string | undefined;
  readonly 'role-duration-seconds': number;
}

/** RequestIdToken asks GitHub for a token that says which job this is, for an audience. */
export type RequestIdToken = (audience: string) => Promise<string>;

/** mayRequestIdToken tells whether the job has the permission `id-token: write`: only then GitHub sets the variable. */
export function mayRequestIdToken(environment: AwsJob['environment']): boolean {
  return Boolean(environment['ACTIONS_ID_TOKEN_REQUEST_URL']);
}
