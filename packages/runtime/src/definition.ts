import type { InputSchema } from './inputs/schema.js';

export interface OutputSpec {
  readonly description: string;
  readonly example?: string;
}

export type OutputSchema = Readonly<Record<string, OutputSpec>>;

/** An action as data: from it come the parser, action.yml and the tables of the README. */
export interface ActionDefinition<I extends InputSchema = InputSchema, O extends OutputSchema = OutputSchema> {
  /** The folder's name: `push-ecr`. */
  readonly name: string;
  /** The `name:` of action.yml. */
  readonly title: string;
  readonly description: string;
  /** GitHub's branding: a Feather icon's name and one of its colours. */
  readonly icon: string;
  readonly inputs: I;
  readonly outputs: O;
  /** Whether the same bundle runs again as `post:`, to clean up after main on every path. */
  readonly hasPost: boolean;
  /** The AWS permissions that it needs, as IAM statements for its README; none for actions that call no AWS. */
  readonly permissions: readonly PermissionStatement[];
}

/** A statement of an IAM policy. */
export interface PermissionStatement {
  readonly actions: readonly string[];
  /** ARNs with `<PLACEHOLDERS>`. */
  readonly resources: readonly string[];
  /** Which input or step needs it. */
  readonly reason: string;
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The outputs that every action has on every path. */
export const COMMON_OUTPUTS = {
  outcome: { description: 'How the step ended; set on every path.', example: 'succeeded' },
  report: {
    description: 'Path of the JSON report of this step, for the steps after it.',
    example: '/home/runner/work/_temp/slipway/push-ecr.json',
  },
} as const satisfies OutputSchema;

/** defineAction keeps the literal types of an action's inputs and outputs. */
export function defineAction<const I extends InputSchema, const O extends OutputSchema>(
  definition: ActionDefinition<I, O>,
): ActionDefinition<I, O> {
  return definition;
}
