import * as sdk from '@aws-sdk/client-ecs';
import { checkInput, InputMismatch } from '../input-model.js';
import { invalidParameter } from './errors.js';

/**
 * validateInput holds the input of a call against the SDK's model of it.
 *
 * @throws AwsError InvalidParameterException that names the member at fault
 */
export function validateInput(operation: string, input: Record<string, unknown>): void {
  try {
    checkInput(sdk, operation, input);
  } catch (error) {
    throw error instanceof InputMismatch ? invalidParameter(error.message) : error;
  }
}
