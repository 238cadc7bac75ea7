import type { EcrPort, EcsPort, StsPort } from '@slipway/aws';
import type { ActionContext } from '@slipway/runtime';
import type { Definition } from './inputs.js';
import type { CleaningPorts } from './keep-revisions.js';
import type { PreflightPorts } from './preflight.js';
import type { SourcePorts } from './source-url.js';

/** What registering needs of its surroundings. */
export interface Ports extends CleaningPorts, PreflightPorts, SourcePorts {
  readonly ecr: EcrPort;
  readonly ecs: EcsPort;
  /** The registry, as `source-role` sees it. */
  readonly sourceImages: PreflightPorts;
  readonly sts: StsPort;
  readonly region: string;
  /** From 0 to 1, 1 excepted. */
  readonly random: () => number;
}

/** The context of a run of this action. */
export type Context = ActionContext<Definition['inputs'], Definition['outputs']>;
