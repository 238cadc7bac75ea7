import * as sdk from '@aws-sdk/client-cloudwatch';
import type { CallContext, Operation } from '../../service.js';
import { checkInput, InputMismatch } from '../input-model.js';
import { invalidValue, missingParameter } from './errors.js';

/** OnTheWire is an input as it arrives: a time is a number of seconds since the Unix epoch. */
export type OnTheWire<Input> = Input extends Date
  ? number
  : Input extends readonly (infer Item)[]
    ? readonly OnTheWire<Item>[]
    : Input extends object
      ? { readonly [Member in keyof Input]: OnTheWire<Input[Member]> }
      : Input;

/** Handler answers one call whose input the SDK's model has been held against. */
export type Handler<Input> = (input: OnTheWire<Input>, context: CallContext) => object;

/** operation wraps a handler: its input is checked member by member before it is trusted to be of its type. */
export function operation<Input>(name: string, handler: Handler<Input>): Readonly<Record<string, Operation>> {
  return {
    [name]: (input, context) => handler(checked(name, input) as OnTheWire<Input>, context),
  };
}

function checked(name: string, input: Record<string, unknown>): Record<string, unknown> {
  try {
    return checkInput(sdk, name, input);
  } catch (error) {
    if (!(error instanceof InputMismatch)) throw error;
    throw error.kind === 'missing' ? missingParameter(error.message) : invalidValue(error.message);
  }
}
