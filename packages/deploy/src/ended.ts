import type { Ending } from './follow.js';
import type { Observed } from './observe.js';
import type { PutBack } from './put-back.js';

/** What a delivery came to. */
export interface Ended {
  readonly observed: Observed;
  readonly ending: Ending;
  readonly restored?: PutBack;
}
