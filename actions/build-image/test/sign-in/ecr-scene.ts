import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { permissionsOf, startLocalAws, type AccountOptions, type CallRecord, type LocalAws } from '@slipway/local-aws';
import { runAction, type ActionEnd, type ActionStart } from '@slipway/testkit';
import { definition } from '../../src/inputs.js';

const REGION = 'eu-central-1';
const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'the-key-of-this-test' };
const ACCOUNT = '123456789012';
/** A role of that account with the very permissions that the README asks for, each for its own repository. */
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/build`;
/** What the job's user has said about other registries. */
const USERS_CONFIG = { auths: { 'registry.example.com': { auth: 'dXNlcjpvdGhlcg==' } }, detachKeys: 'ctrl-e,e' };

const RESOURCES: Readonly<Record<string, string>> = {
  '*': '*',
  '<REPOSITORY_ARN>': `arn:aws:ecr:*:${ACCOUNT}:repository/shop/web`,
  '<BASE_REPOSITORY_ARN>': `arn:aws:ecr:*:${ACCOUNT}:repository/shop/base-*`,
  '<CACHE_REPOSITORY_ARN>': `arn:aws:ecr:*:${ACCOUNT}:repository/shop/cache-*`,
};
const OWNER: AccountOptions = {
  accountId: ACCOUNT,
  users: [{ accessKeyId: KEYS.accessKeyId, name: 'sam' }],
  roles: [
    {
      name: 'build',
      trustPolicy: { Statement: { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' } },
      policies: [
        {
          Statement: definition.permissions.map(({ actions, resources }) => ({
            ...{ Effect: 'Allow' as const, Action: [...actions] },
            Resource: resources.map((one) => RESOURCES[one] ?? one),
          })),
        },
      ],
    },
  ],
};

/** EcrScene is an AWS with an ECR, and a job whose user Docker knows nothing of there. */
export interface EcrScene {
  readonly aws: LocalAws;
  /** The name of an image in a repository of ECR's that nobody reads without signing in. */
  readonly base: string;
  /** The name of an empty repository there. */
  readonly cache: string;
  /** HOME: its Docker configuration has another registry alone. */
  readonly home: string;
  readonly temp: string;
  /** The build context. */
  readonly context: string;
  /** Builds the Dockerfile by the built action. */
  build(dockerfile: string, more?: Partial<ActionStart>): Promise<ActionEnd>;
  /** Writes Docker's configuration of the user. */
  configure(fields: object): Promise<void>;
  /** The text of it. */
  configuration(): Promise<string>;
  /** How often AWS was asked for credentials of the registry. */
  questions(): number;
  /** What the builds had to be allowed, as in `ecr:PutImage`. */
  permissions(): readonly string[];
  close(): Promise<void>;
}

/** openEcrScene starts it, and brings a base image there. */
export async function openEcrScene(): Promise<EcrScene> {
  const aws = await startLocalAws({ tasks: 'simulated', validateResponses: true, accounts: [OWNER] });
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-sign-in-'));
  const [workspace, temp, home] = ['workspace', 'temp', 'home'].map((one) => path.join(folder, one)) as [
    string,
    string,
    string,
  ];
  await Promise.all([path.join(workspace, 'app'), temp, path.join(home, '.docker')].map(makeFolder));
  const config = path.join(home, '.docker/config.json');
  const configure = (fields: object) => writeFile(config, JSON.stringify(fields));
  await configure(USERS_CONFIG);
  const environment = {
    ...{ AWS_ENDPOINT_URL: aws.endpoint, AWS_REGION: REGION, HOME: home, GITHUB_SHA: 'a'.repeat(40) },
    ...{ AWS_ACCESS_KEY_ID: KEYS.accessKeyId, AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey },
  };
  const start = (action: string, inputs: Readonly<Record<string, string>>, more: Partial<ActionStart> = {}) =>
    runAction({
      ...{ workspace, temp, timeoutMs: 110_000, ...more, action },
      inputs: { ...inputs, ...more.inputs },
      environment: { ...environment, ...more.environment },
    });
  const build: EcrScene['build'] = async (dockerfile, more) => {
    await writeFile(path.join(workspace, 'app/Dockerfile'), dockerfile);
    return start('build-image', { context: 'app' }, more);
  };
  const [base, cache] = await makeRepositories(aws);
  await writeFile(path.join(workspace, 'app/hello.txt'), `hello from ${randomUUID()}\n`);
  const built = await build('FROM scratch\nCOPY hello.txt /base.txt\n');
  const { 'oci-layout': layout = '', digest = '' } = built.outputs;
  const pushed = await start('push-ecr', { 'oci-layout': layout, digest, repository: base, tag: '1' });
  if (pushed.exitCode !== 0) throw new Error([...built.errors, ...pushed.errors].join('\n'));
  const before = aws.calls().length;
  const calls = () => aws.calls().slice(before);
  return {
    ...{ aws, home, temp, build, configure, context: path.join(workspace, 'app') },
    base: `${aws.registryHost}/${base}:1`,
    cache: `${aws.registryHost}/${cache}:latest`,
    configuration: () => readFile(config, 'utf8'),
    questions: () => calls().filter(({ operation }) => operation === 'GetAuthorizationToken').length,
    permissions: () => [...new Set(calls().filter(isAllowed).flatMap(permissionsOf))].sort(),
    close: async () => {
      await aws.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
}

async function makeRepositories(aws: LocalAws): Promise<readonly [base: string, cache: string]> {
  const ecr = new ECRClient({ region: REGION, endpoint: aws.endpoint, credentials: KEYS });
  const names = [`shop/base-${randomUUID()}`, `shop/cache-${randomUUID()}`] as const;
  for (const repositoryName of names) await ecr.send(new CreateRepositoryCommand({ repositoryName }));
  ecr.destroy();
  return names;
}

/** Everybody asks once without credentials, to be told that there have to be some. */
function isAllowed({ status }: CallRecord): boolean {
  return status !== 401;
}

/** masksOf returns what the runner was told to hide. */
export function masksOf({ commands }: ActionEnd): readonly string[] {
  return commands.filter(({ name }) => name === 'add-mask').map(({ message }) => message);
}
