import { randomUUID } from 'node:crypto';
import { runAction } from '@slipway/runtime';
import { cleanUpAfter } from './clean-up.js';
import { createDockerEngine } from './docker.js';
import { serveLayout } from './image-source.js';
import { definition } from './inputs.js';
import { run } from './run.js';

const ports = { openEngine: createDockerEngine, serveImage: serveLayout, newId: () => randomUUID().slice(0, 8) };

await runAction(definition, {
  run: (context) => run(context, ports),
  post: (context) => cleanUpAfter(context, createDockerEngine),
});
