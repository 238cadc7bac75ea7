import type { Operation } from '../../service.js';
import { validateInput } from './input-schema.js';

/** Handler answers one call whose input the SDK's model has been held against. */
export type Handler<Input> = (input: Input) => Promise<object> | object;

/** operation wraps a handler: its input is checked member by member before it is trusted to be of its type. */
export function operation<Input>(name: string, handler: Handler<Input>): Readonly<Record<string, Operation>> {
  return {
    [name]: (input) => {
      validateInput(name, input);
      return handler(input as Input);
    },
  };
}
