import { readFile } from 'node:fs/promises';
import { fetchProblem } from './log.ts';
import type { Credentials } from './sigv4.ts';
import { StoreError } from './store.ts';

/** CredentialSource returns keys that are valid now. */
export type CredentialSource = () => Promise<Credentials>;

/** The variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where Amazon ECS serves a task role's keys. Source: "Task IAM role", Amazon ECS Developer Guide. */
const ECS_CREDENTIALS_HOST = 'http://169.254.170.2';
/** Keys are renewed this long before they expire; ECS has new ones ready well before that. */
const RENEW_BEFORE_MS = 5 * 60_000;
/** The endpoint is on the same machine. */
const TIMEOUT_MS = 2_000;

/**
 * credentialSource returns where the environment says that keys come from: its own variables, or the container
 * credentials endpoint. Returns undefined if it names neither.
 */
export function credentialSource(env: Environment): CredentialSource | undefined {
  const accessKeyId = env['AWS_ACCESS_KEY_ID'];
  const secretAccessKey = env['AWS_SECRET_ACCESS_KEY'];
  if (accessKeyId && secretAccessKey) {
    const sessionToken = env['AWS_SESSION_TOKEN'];
    const keys = { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
    return () => Promise.resolve(keys);
  }
  const relative = env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'];
  const url = relative ? `${ECS_CREDENTIALS_HOST}${relative}` : env['AWS_CONTAINER_CREDENTIALS_FULL_URI'];
  return url ? renewed(() => readContainerCredentials(url, env)) : undefined;
}

interface ExpiringCredentials {
  readonly keys: Credentials;
  readonly expiresAtMs: number;
}

/** renewed asks for keys when there are none or they expire soon, once for all callers that wait. */
function renewed(read: () => Promise<ExpiringCredentials>): CredentialSource {
  let current: ExpiringCredentials | undefined;
  let renewal: Promise<ExpiringCredentials> | undefined;
  const renew = async (): Promise<ExpiringCredentials> => {
    try {
      return (current = await read());
    } catch (error) {
      // Keys that expire soon are still good for this call; the next one asks again.
      if (current !== undefined && current.expiresAtMs > Date.now()) return current;
      throw error;
    } finally {
      renewal = undefined;
    }
  };
  return async () => {
    if (current !== undefined && current.expiresAtMs - RENEW_BEFORE_MS > Date.now()) return current.keys;
    return (await (renewal ??= renew())).keys;
  };
}

async function readContainerCredentials(url: string, env: Environment): Promise<ExpiringCredentials> {
  try {
    const authorization = await authorizationToken(env);
    const response = await fetch(url, {
      headers: authorization === undefined ? {} : { authorization },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    return parseCredentials(await response.json());
  } catch (error) {
    throw new StoreError(`The container credentials endpoint gave no keys: ${fetchProblem(error)}.`, { cause: error });
  }
}

/** The token is in a file when it changes while the container runs, so it is read each time. */
async function authorizationToken(env: Environment): Promise<string | undefined> {
  const file = env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'];
  return file ? (await readFile(file, 'utf8')).trim() : env['AWS_CONTAINER_AUTHORIZATION_TOKEN'];
}

function parseCredentials(answer: unknown): ExpiringCredentials {
  const fields: Partial<Record<string, unknown>> = typeof answer === 'object' && answer !== null ? { ...answer } : {};
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, Token: token, Expiration: expiration } = fields;
  if (typeof accessKeyId !== 'string' || typeof secretAccessKey !== 'string') {
    throw new Error('its answer has no AccessKeyId and SecretAccessKey');
  }
  const expiresAtMs = typeof expiration === 'string' ? Date.parse(expiration) : Number.POSITIVE_INFINITY;
  if (Number.isNaN(expiresAtMs)) throw new Error('its answer has an Expiration that is not a date');
  return {
    keys: { accessKeyId, secretAccessKey, ...(typeof token === 'string' ? { sessionToken: token } : {}) },
    expiresAtMs,
  };
}
