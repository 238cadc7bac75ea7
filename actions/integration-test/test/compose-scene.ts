import path from 'node:path';
import { runProcess } from '@slipway/process';
import { REPOSITORY } from '@slipway/testkit';
import { EngineScene } from './engine-scene.js';

/** openComposeScene makes sure that the client has compose; `dockerfile` are further lines of the image's. */
export async function openComposeScene(dockerfile: readonly string[] = []): Promise<EngineScene> {
  const script = path.join(REPOSITORY, 'scripts/ensure-docker-compose.sh');
  const ensured = await runProcess({ file: script, args: [] });
  if (ensured.exitCode !== 0) throw new Error(ensured.stderr);
  return EngineScene.open(dockerfile);
}

const LISTEN = 'require("node:net").createServer((one) => one.on("error", () => 0).end(process.env.WORD)).listen(9200)';
const CONNECT = 'require("node:net").connect(9200, "localhost").on("connect", () => process.exit(0))';

/** composeFile has a database, which is healthy after a while, and what it needs once; and more. */
export function composeFile(base: string, more: object = {}) {
  return {
    services: {
      db: {
        image: base,
        command: ['node', '-e', LISTEN],
        environment: { WORD: '${WORD}', DB_PASSWORD: 'canary-of-the-compose-file' },
        ports: ['127.0.0.1::9200'],
        healthcheck: { test: ['CMD', 'node', '-e', CONNECT], interval: '200ms', retries: 20 },
        volumes: ['data:/data', '/anonymous'],
      },
      // Does its work and ends.
      migrate: {
        image: base,
        command: ['node', '-e', 'console.log("migrated")'],
        depends_on: { db: { condition: 'service_healthy' } },
      },
      ...more,
    },
    volumes: { data: {} },
  };
}
