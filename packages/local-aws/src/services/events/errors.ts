import { AwsError } from '../../service.js';

/** invalid is for input that EventBridge does not take. */
export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

/** busNotFound is for an unknown event bus. */
export function busNotFound(name: string): AwsError {
  return new AwsError('ResourceNotFoundException', `Event bus ${name} does not exist.`);
}

/** ruleNotFound is for an unknown rule. */
export function ruleNotFound(name: string, bus: string): AwsError {
  return new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${bus}.`);
}

/** refuseOthers refuses members that ask for something local-aws does not do. */
export function refuseOthers(input: object, known: readonly string[]): void {
  const [other] = Object.entries(input).find(([name, value]) => value !== undefined && !known.includes(name)) ?? [];
  if (other !== undefined) throw invalid(`local-aws does not run the parameter ${other}.`);
}
