import { openLoopbackRegistry, serveLayout } from '@slipway/oci';
import { cleanUp, docker } from '@slipway/process';
import { runAction } from '@slipway/runtime';
import { commitTime } from './commit-time.js';
import { definition } from './inputs.js';
import { removeOwnBuilder } from './own-builder.js';
import { run } from './run.js';
import { isSilent } from './silent-cache.js';
import { openEcrRepository } from './skip/ecr-repository.js';

await runAction(definition, {
  run: (context) =>
    run(context, {
      ...{ docker, commitTime, serveLayout },
      isSilent,
      openRegistry: openLoopbackRegistry,
      openRepository: openEcrRepository,
    }),
  post: async (context) => void (await Promise.all([cleanUp(context, docker), removeOwnBuilder(context, docker)])),
});
