import * as sdk from '@aws-sdk/client-ecr';
import type { Operation } from '../../service.js';
import { checkInput, InputMismatch } from '../input-model.js';
import { invalidParameter } from './input.js';

/** By operation: the members of its input that local-aws acts on, besides `registryId`. */
const SUPPORTED: Readonly<Record<string, readonly string[]>> = {
  GetAuthorizationToken: [],
  CreateRepository: ['repositoryName', 'imageTagMutability', 'imageScanningConfiguration', 'encryptionConfiguration'],
  PutLifecyclePolicy: ['repositoryName', 'lifecyclePolicyText'],
  GetLifecyclePolicy: ['repositoryName'],
  DescribeImageScanFindings: ['repositoryName', 'imageId', 'nextToken', 'maxResults'],
  StartImageScan: ['repositoryName', 'imageId'],
  DescribeRepositories: ['repositoryNames', 'nextToken', 'maxResults'],
  DeleteRepository: ['repositoryName', 'force'],
  PutImageTagMutability: ['repositoryName', 'imageTagMutability'],
  BatchGetImage: ['repositoryName', 'imageIds'],
  DescribeImages: ['repositoryName', 'imageIds', 'nextToken', 'maxResults', 'filter'],
  ListImages: ['repositoryName', 'nextToken', 'maxResults', 'filter'],
  PutImage: ['repositoryName', 'imageManifest', 'imageTag'],
};
const TAG_STATUSES = ['TAGGED', 'UNTAGGED', 'ANY'];

/**
 * checkedOperations wraps operations: their input is held against the SDK's model, and what local-aws would have to
 * ignore is refused by name, as an InvalidParameterException.
 */
export function checkedOperations(
  operations: Readonly<Record<string, Operation>>,
  accountId: string,
): Readonly<Record<string, Operation>> {
  const checked = Object.entries(operations).map(([name, operation]): [string, Operation] => [
    name,
    (given, context) => {
      const input = modelled(name, given);
      refuseUnsupported(input, { supported: SUPPORTED[name] ?? [], accountId });
      return operation(input, context);
    },
  ]);
  return Object.fromEntries(checked);
}

function modelled(operation: string, input: Record<string, unknown>): Record<string, unknown> {
  try {
    return checkInput(sdk, operation, input);
  } catch (error) {
    throw error instanceof InputMismatch ? invalidParameter(error.message) : error;
  }
}

function refuseUnsupported(
  input: Readonly<Record<string, unknown>>,
  { supported, accountId }: { readonly supported: readonly string[]; readonly accountId: string },
): void {
  for (const [member, value] of Object.entries(input)) {
    if (member === 'registryId' && value === accountId) continue;
    if (supported.includes(member) || asksForNothing(value)) continue;
    throw invalidParameter(`local-aws does not run the parameter ${member} with the value ${JSON.stringify(value)}.`);
  }
  const { tagStatus, ...others } = (input['filter'] ?? {}) as Readonly<Record<string, unknown>>;
  const [other] = Object.keys(others);
  if (other !== undefined) throw invalidParameter(`local-aws does not run the parameter filter.${other}.`);
  if (tagStatus !== undefined && !TAG_STATUSES.includes(tagStatus as string)) {
    throw invalidParameter(`filter.tagStatus has to be one of ${TAG_STATUSES.join(', ')}.`);
  }
}

/** An empty list, and a switch that is off, are what there is without them. */
function asksForNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return true;
  return typeof value === 'object' && Object.values(value).every(asksForNothing);
}
