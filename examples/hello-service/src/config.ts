import { credentialSource, type Environment } from './credentials.ts';
import type { DynamoDbOptions } from './dynamodb-store.ts';
import { FAULTS, type Fault } from './faults.ts';

/** How this instance was told to run. */
export interface Config {
  /** 0 lets the system choose one. */
  readonly port: number;
  readonly version: string;
  /** Absent: the state is kept in memory. */
  readonly dynamoDb?: DynamoDbOptions;
  /** Absent: nothing is wrong with this release on purpose. */
  readonly fault?: Fault;
}

/** The port that the image exposes and the task definition maps. */
const DEFAULT_PORT = '8080';
/** A tag of an image, and `+` for build metadata: what can stand in a header and in a table's key alike. */
const VERSION_FORM = /^[\w.+-]{1,128}$/;

/**
 * readConfig reads the environment.
 *
 * @throws Error that lists every problem found, not only the first
 */
export function readConfig(env: Environment): Config {
  const problems: string[] = [];
  const port = env['PORT'] || DEFAULT_PORT;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    problems.push(`PORT must be a number from 0 to 65535, but is '${port}'`);
  }
  const version = env['APP_VERSION'] || 'dev';
  if (!VERSION_FORM.test(version)) {
    problems.push(`APP_VERSION must be 1 to 128 letters, digits, '.', '_', '+' or '-', but is '${version}'`);
  }
  const table = env['STATE_TABLE'];
  const dynamoDb = table ? readDynamoDb(table, env, problems) : undefined;
  const fault = readFault(env, problems);
  if (problems.length > 0) throw new Error(`${problems.join('; ')}.`);
  return { port: Number(port), version, ...(dynamoDb ? { dynamoDb } : {}), ...(fault ? { fault } : {}) };
}

function readFault(env: Environment, problems: string[]): Fault | undefined {
  const kind = FAULTS.find((known) => known === env['FAULT']);
  if (env['FAULT'] && !kind) problems.push(`FAULT must be one of ${FAULTS.join(', ')}, but is '${env['FAULT']}'`);
  const afterMs = env['FAULT_AFTER_MS'] || '60000';
  if (!/^\d{1,9}$/.test(afterMs)) problems.push(`FAULT_AFTER_MS must be a whole number, but is '${afterMs}'`);
  return kind && { kind, afterMs: Number(afterMs) };
}

function readDynamoDb(table: string, env: Environment, problems: string[]): DynamoDbOptions | undefined {
  const region = env['AWS_REGION'] || env['AWS_DEFAULT_REGION'];
  if (!region) problems.push('AWS_REGION must be set when STATE_TABLE is');
  const credentials = credentialSource(env);
  if (!credentials) {
    problems.push(
      'STATE_TABLE needs keys: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a task role (AWS_CONTAINER_CREDENTIALS_*)',
    );
  }
  const address = env['AWS_ENDPOINT_URL_DYNAMODB'] || env['AWS_ENDPOINT_URL'] || regionalEndpoint(region ?? '');
  if (!/^https?:$/.test(URL.parse(address)?.protocol ?? '')) {
    problems.push(`the DynamoDB endpoint must be an http or https URL, but is '${address}'`);
  }
  if (!region || !credentials || problems.length > 0) return undefined;
  return { table, region, credentials, endpoint: new URL(address) };
}

function regionalEndpoint(region: string): string {
  return `https://dynamodb.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}
