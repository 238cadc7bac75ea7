import type { EcsPort, ElbPort, StsPort } from '@slipway/aws';
import type { ActionContext } from '@slipway/runtime';
import type { Definition } from './inputs.js';

/** What a deployment needs of AWS. */
export interface Ports {
  readonly ecs: EcsPort;
  readonly elb: ElbPort;
  readonly sts: StsPort;
}

export type Context = ActionContext<Definition['inputs'], Definition['outputs']>;
