import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { SlipwayError } from '@slipway/core';
import type { InjectedAnswer, InjectedRequest, SimulatedBehaviour } from '@slipway/local-aws';
import { digestOf } from '../simulated-scene.js';

/** How the service of a lab is set up. */
export interface LabOptions {
  readonly deploymentConfiguration?: DeploymentConfiguration;
  readonly desiredCount?: number;
  /** False: no load balancer is in front. */
  readonly isBehindLoadBalancer?: boolean;
  /** How often the SDK tries a call; 2 when not said. */
  readonly tries?: number;
  /** Behaviours by the name of an image; a task takes the one that is there when it starts. */
  readonly simulate?: Readonly<Record<string, SimulatedBehaviour>>;
  /** Told each call of the deployer and its answer, in their order. */
  readonly onAnswer?: (asked: InjectedRequest, answer: InjectedAnswer) => void;
}

/** imageOf returns the image reference of a behaviour. */
export function imageOf(behaviour: string): string {
  if (!/^[\w-]+$/.test(behaviour)) {
    throw new SlipwayError({
      code: 'REHEARSAL_BEHAVIOUR',
      message: `'${behaviour}' cannot be an image's name.`,
      hint: 'Letters, digits, - and _.',
    });
  }
  return `registry.example/${behaviour}@${digestOf(behaviour)}`;
}
