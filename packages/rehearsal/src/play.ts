import type { LoadInterval } from './load/index.js';
import type { Job } from './pipeline.js';
import type { Counts, DeliveryReport, StepReport } from './report.js';
import type { Scenario } from './scenario.js';
import type { Stage } from './stage.js';

/** How to rehearse. */
export interface RehearsalOptions {
  /** Returns the image to build on. */
  readonly baseImage: () => Promise<string>;
  readonly signal: AbortSignal;
  /** Shows a line of progress. */
  readonly say: (line: string) => void;
  /** Everything when not said. */
  readonly scenario?: Scenario;
  /** False lets the load balancers cut what a removed target still answers. Defaults to true. */
  readonly draining?: boolean;
  /** Stops after version 2 is live in staging, where no scenario is named. Defaults to false. */
  readonly withoutPromotion?: boolean;
  /** Called after each step of version 2's delivery, before the next. */
  readonly afterStep?: (step: StepReport, stage: Stage) => Promise<void>;
}

/** What the parts of a rehearsal share; the lists grow as it goes on. */
export interface Play {
  readonly stage: Stage;
  readonly options: RehearsalOptions;
  readonly job: Job;
  readonly deliveries: DeliveryReport[];
  /** What was answered during each delivery, in the order of `deliveries`; empty where nobody asked. */
  readonly series: (readonly LoadInterval[])[];
  readonly counts: Counts[];
  readonly problems: string[];
}
