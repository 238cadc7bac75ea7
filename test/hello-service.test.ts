import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EventEmitter, once } from 'node:events';
import type { Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseSuite, runSuite } from '@slipway/http-checks';
import { childEnvironment, runProcess } from '@slipway/process';
import { findNode24 } from '../scripts/base-image.js';

const SERVER = fileURLToPath(new URL('../examples/hello-service/src/server.ts', import.meta.url));
const CHECKS = fileURLToPath(new URL('../examples/hello-service/checks.yml', import.meta.url));
const TABLE = 'hello-service-state';
const CLOCK = { now: () => Date.now(), sleep: (ms: number) => delay(ms) };
/** dynalite is CommonJS without types. It wants requests to be signed, but does not check by whom. */
const dynalite = createRequire(import.meta.url)('dynalite') as (options: { createTableMs: number }) => Server;

let database: Server;
let endpoint: string;

beforeEach(async () => {
  database = dynalite({ createTableMs: 0 });
  database.listen(0, '127.0.0.1');
  await once(database, 'listening');
  endpoint = `http://127.0.0.1:${(database.address() as AddressInfo).port}`;
  await createTable();
});

afterEach(() => {
  database.closeAllConnections();
  database.close();
});

async function createTable(): Promise<void> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.CreateTable',
      'x-amz-date': '20200101T000000Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=a/20200101/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=b',
    },
    body: JSON.stringify({
      TableName: TABLE,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  });
  expect(response.status).toBe(200);
}

/** Runs one version of the service as its container would be run, while `use` talks to it. */
async function deployed(version: string, use: (url: string) => Promise<void>): Promise<void> {
  const node = findNode24();
  if (node === undefined) throw new Error('This needs Node 24: run npm ci on Linux x64, or the tests with Node 24.');
  const stop = new AbortController();
  const events = new EventEmitter();
  const ready = once(events, 'ready') as Promise<[url: string]>;
  let port = 0;
  const running = runProcess({
    file: node,
    args: [SERVER],
    env: childEnvironment({
      APP_VERSION: version,
      PORT: '0',
      STATE_TABLE: TABLE,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    }),
    signal: stop.signal,
    onLine: (line) => {
      const event = JSON.parse(line) as { event: string; port?: number };
      if (event.event === 'listening') port = event.port ?? 0;
      if (event.event === 'ready') events.emit('ready', `http://127.0.0.1:${port}`);
    },
  });
  try {
    const failed = running.then(({ stdout }) => Promise.reject(new Error(`The server ended: ${stdout}`)));
    const [url] = await Promise.race([ready, failed]);
    await use(url);
  } finally {
    stop.abort();
    // How it ended does not matter here; that it has, does.
    await running.catch(() => undefined);
  }
}

async function json<Answer>(url: string): Promise<Answer> {
  return (await (await fetch(url, { headers: { connection: 'close' } })).json()) as Answer;
}

describe('examples/hello-service on DynamoDB', () => {
  it('passes its own check suite', async () => {
    const suite = parseSuite(await readFile(CHECKS, 'utf8'), 'checks.yml');
    await deployed('0', async (baseUrl) => {
      const { signal } = new AbortController();
      const { checks } = await runSuite({ suite, baseUrl, clock: CLOCK, signal });
      expect(checks.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`))).toEqual([]);
      expect(checks.length).toBeGreaterThan(0);
    });
  });

  it('keeps its count and its history across deployments', async () => {
    await deployed('1', async (url) => {
      expect(await json(url)).toMatchObject({ version: '1', calls: 1 });
      const many = await Promise.all(Array.from({ length: 50 }, () => json<{ calls: number }>(url)));
      expect(new Set(many.map(({ calls }) => calls)).size).toBe(50);
    });
    await deployed('2', async (url) => {
      expect(await json(url)).toMatchObject({ version: '2', calls: 52 });
      // Old and new run side by side for a while, as in every deployment, and the old one comes back in a rollback.
      await deployed('1', async (old) => {
        expect(await json(old)).toMatchObject({ version: '1', calls: 53 });
        expect(await json(`${url}/slow?ms=1`)).toMatchObject({ version: '2', calls: 54 });
      });
      expect(await json(`${url}/history`)).toMatchObject([
        { version: '1', starts: 2 },
        { version: '2', starts: 1 },
      ]);
    });
  });
});
