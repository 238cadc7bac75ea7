import { invalidParameter } from './errors.js';

/** Named is the part of a call that names a log group in one of two ways. */
export interface Named {
  readonly logGroupName?: string | undefined;
  readonly logGroupIdentifier?: string | undefined;
}

/** identifierOf returns the one way in which a call names its log group. */
export function identifierOf({ logGroupName: name, logGroupIdentifier: identifier }: Named): string {
  if ((name === undefined) === (identifier === undefined)) {
    throw invalidParameter('Exactly one of logGroupName and logGroupIdentifier must be given.');
  }
  return name ?? identifier ?? '';
}
