import * as sdk from '@aws-sdk/client-cloudwatch-logs';
import type { CallContext, Operation } from '../../service.js';
import { checkInput, InputMismatch } from '../input-model.js';
import { invalidParameter } from './errors.js';

/** Handler answers one call whose input the SDK's model has been held against. Times are milliseconds. */
export type Handler<Input> = (input: Input, context: CallContext) => object;

/** operation wraps a handler: its input is checked member by member before it is trusted to be of its type. */
export function operation<Input>(name: string, handler: Handler<Input>): Readonly<Record<string, Operation>> {
  return {
    [name]: (input, context) => handler(checked(name, input) as Input, context),
  };
}

function checked(name: string, input: Record<string, unknown>): Record<string, unknown> {
  try {
    return checkInput(sdk, name, input);
  } catch (error) {
    throw error instanceof InputMismatch ? invalidParameter(error.message) : error;
  }
}
