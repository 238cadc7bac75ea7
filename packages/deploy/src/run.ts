import type { CapacityProvider, ServiceUpdate } from '@slipway/aws';
import type { CredentialsLifetime, Intent } from '@slipway/delivery';
import type { OneOffTask } from './one-off.js';
import type { Announcement } from './announce/announcement.js';
import type { Gate } from './gates/gate.js';
import type { Surroundings } from './ports.js';

/** What a deployment is asked to do, and by whom. */
export interface Request {
  /** Name or ARN. */
  readonly cluster: string;
  readonly service: string;
  /** `family:revision` or an ARN. */
  readonly taskDefinition: string;
  readonly intent: Intent;
  /** What else goes into the one UpdateService: only what was asked for. */
  readonly extras: ServiceExtras;
  readonly gates: readonly Gate[];
  /** Runs once with the new definition before anything is deployed. */
  readonly task?: OneOffTask;
  readonly pollSeconds: number;
  /** So many tasks of the new revision that stop by themselves take the deployment back. */
  readonly maxStoppedTasks: number;
  /** Empty: any account. */
  readonly allowedAccountIds: readonly string[];
  readonly dryRun: boolean;
  /** Who delivers, for whoever meets our deployment: `example/shop run 4711.1`. */
  readonly by: string;
  readonly region: string;
}

/** The ordinary settings of a service that people set while they deploy. */
export type ServiceExtras = Pick<
  ServiceUpdate,
  'enableECSManagedTags' | 'propagateTags' | 'volumeConfigurations' | 'healthCheckGracePeriodSeconds'
> & { readonly capacityProviderStrategy?: readonly CapacityProvider[] };

/** What a deployment may use of the run that it is made in. */
export interface Run extends Surroundings {
  readonly signal: AbortSignal;
  readonly request: Request;
  readonly credentials: CredentialsLifetime;
  /** Remembers a text for `post`; called before the effect that it speaks of. */
  saveState(name: string, value: string): void;
  setOutput(name: string, value: string): void;
  /** Adds a member to the step's JSON report. */
  report(name: string, value: unknown): void;
  summarise(markdown: string): Promise<void>;
  /** Tells others how it goes, in the background. */
  readonly announcement?: Announcement;
}
