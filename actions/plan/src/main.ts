import { runAction } from '@slipway/runtime';
import { definition } from './inputs.js';
import { run } from './run.js';

await runAction(definition, {
  run: (context) => run(context, { request: () => Promise.reject(new Error('not yet')) }),
});
