import { runAction } from '@slipway/runtime';
import { commitTime } from './commit-time.js';
import { docker } from './docker.js';
import { definition } from './inputs.js';
import { openLoopbackRegistry, serveLayout } from './loopback.js';
import { run } from './run.js';
import { openEcrRepository } from './skip/ecr-repository.js';
import { cleanUp } from './temporary.js';

await runAction(definition, {
  run: (context) =>
    run(context, {
      ...{ docker, commitTime, serveLayout },
      openRegistry: openLoopbackRegistry,
      openRepository: openEcrRepository,
    }),
  post: (context) => cleanUp(context, docker),
});
