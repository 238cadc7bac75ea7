import type { Path } from '../json.js';

/** Finding is one thing that is wrong with a task definition. It never shows the value of an environment variable. */
export interface Finding {
  /** The code of the rule, as docs/task-definition-rules.md lists it. */
  readonly rule: string;
  /** An error is one that ECS refuses, or that makes the task fail when it runs. */
  readonly severity: 'error' | 'warning';
  readonly path: Path;
  /** What is wrong and what would be right. */
  readonly message: string;
}
