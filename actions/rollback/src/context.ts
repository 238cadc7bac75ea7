import type { ActionContext } from '@slipway/runtime';
import type { Definition } from './inputs.js';

export type Context = ActionContext<Definition['inputs'], Definition['outputs']>;
