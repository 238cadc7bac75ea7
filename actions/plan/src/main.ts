import { createGitHubApi, runAction } from '@slipway/runtime';
import { definition } from './inputs.js';
import { run } from './run.js';

await runAction(definition, {
  run: (context) => {
    const { github, clock, inputs } = context;
    return run(context, createGitHubApi({ github, clock, token: inputs['github-token'] }));
  },
});
