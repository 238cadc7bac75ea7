import * as sdk from '@aws-sdk/client-eventbridge';
import type { CallContext, Operation } from '../../service.js';
import { checkInput, InputMismatch } from '../input-model.js';
import { invalid } from './errors.js';

/** operation wraps a handler: its input is checked member by member before it is trusted to be of its type. */
export function operation<Input>(
  name: string,
  handler: (input: Input, context: CallContext) => object,
): Readonly<Record<string, Operation>> {
  return {
    [name]: (input, context) => {
      try {
        return handler(checkInput(sdk, name, input) as Input, context);
      } catch (error) {
        throw error instanceof InputMismatch ? invalid(error.message) : error;
      }
    },
  };
}
