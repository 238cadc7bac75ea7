import { openLoopbackRegistry, serveLayout } from '@slipway/oci';
import { cleanUp, docker } from '@slipway/process';
import { runAction } from '@slipway/runtime';
import { commitTime } from './commit-time.js';
import { definition } from './inputs.js';
import { removeOwnBuilder } from './own-builder.js';
import { run } from './run.js';
import { givesLogin } from './sign-in/credential-helper.js';
import { createEcrCredentials } from './sign-in/ecr-credentials.js';
import { removePrivateConfig } from './sign-in/private-config.js';
import { isSilent } from './silent-cache.js';
import { openEcrRepository } from './skip/ecr-repository.js';

await runAction(definition, {
  run: (context) => {
    const ecr = createEcrCredentials(context);
    return run(context, {
      ...{ docker, commitTime, serveLayout, isSilent, ecr },
      asksHelper: (helper, host) => givesLogin(helper, host, context),
      openRegistry: openLoopbackRegistry,
      openRepository: (job) => openEcrRepository(job, ecr),
    });
  },
  post: async (context) => {
    // First of all, and whatever becomes of the rest.
    await removePrivateConfig(context);
    await Promise.all([cleanUp(context, docker), removeOwnBuilder(context, docker)]);
  },
});
