import { runAction } from '@slipway/runtime';
import { commitTime } from './commit-time.js';
import { docker } from './docker.js';
import { definition } from './inputs.js';
import { openLoopbackRegistry } from './loopback.js';
import { cleanUp, run } from './run.js';

await runAction(definition, {
  run: (context) => run(context, { docker, commitTime, openRegistry: openLoopbackRegistry }),
  post: (context) => cleanUp(context, docker),
});
