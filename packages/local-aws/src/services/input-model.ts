import { problemsOf, type MessageForm, type Schema } from '../schemas/schema.js';

/** InputMismatch is an input that the service's own model does not allow; its message names the member. */
export class InputMismatch extends Error {
  /** `missing` is a member that is required; `invalid` is an unknown one, or one of another type. */
  readonly kind: 'missing' | 'invalid';

  constructor(kind: 'missing' | 'invalid', message: string) {
    super(message);
    this.name = 'InputMismatch';
    this.kind = kind;
  }
}

/** JSON writes a time as a number, and AWS takes null for a member that is not there. */
const JSON_FORM: MessageForm = {
  isTimestamp: (value) => typeof value === 'number' && Number.isFinite(value),
  nullIsAbsent: true,
};

/**
 * checkInput holds the input of a JSON call against the model that an SDK client carries (its module, as imported), and
 * returns it without the members that are null.
 *
 * @throws InputMismatch
 */
export function checkInput(sdk: object, operation: string, input: Record<string, unknown>): Record<string, unknown> {
  const model = (sdk as Record<string, readonly unknown[] | undefined>)[`${operation}$`];
  if (model?.[0] !== 9) throw new Error(`The SDK has no operation ${operation}.`);
  const [problem] = problemsOf(model[4] as Schema, input, JSON_FORM);
  if (problem) throw new InputMismatch(problem.kind, problem.message);
  return withoutNulls(input) as Record<string, unknown>;
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNulls(member)]));
}
