import type { EcrPlace, StsPort } from '@slipway/aws';
import { AWS_REGION, SlipwayError } from '@slipway/core';

/** Place is an ECR to push to: a region, and who pushes there. */
export interface Place {
  /** Absent: the job's own. */
  readonly region?: string;
  /** Assumed one after the other, after `role-to-assume`. None: the job's own identity. */
  readonly roles: readonly string[];
}

/** EcrTarget is a place as it is spoken to. */
export interface EcrTarget extends EcrPlace {
  readonly region: string;
  /** What tells it from the others: `eu-central-1`, or `eu-central-1 of 210987654321`. */
  readonly label: string;
  readonly sts: StsPort;
}

const ROLE = /^arn:[\w-]+:iam::(\d{12}):role\/[\w+=,.@/-]+$/;

/**
 * placesOf returns where to push: the job's own place first, then those of `also-push-to-ecr`, whose entries are a
 * region, or a region and the ARN of a role.
 *
 * @throws SlipwayError PUSH_TARGET_INVALID
 */
export function placesOf(ownRoles: readonly string[], entries: readonly string[]): readonly Place[] {
  const others = entries.map((entry): Place => {
    const [region = '', role, ...more] = entry.split(/\s+/);
    if (!AWS_REGION.test(region) || more.length > 0 || (role !== undefined && !ROLE.test(role))) throw invalid(entry);
    return { region, roles: role === undefined ? ownRoles : [role] };
  });
  const twice = entries.find((entry, at) => entries.indexOf(entry) !== at);
  if (twice !== undefined) throw invalid(twice, 'is there twice');
  return [{ roles: ownRoles }, ...others];
}

/**
 * assertEachOnce refuses two places that are one, whose pushes would meet: an entry may be the job's own place.
 *
 * @throws SlipwayError PUSH_TARGET_INVALID
 */
export function assertEachOnce(targets: readonly Pick<EcrTarget, 'label'>[]): void {
  const twice = targets.find(({ label }, at) => targets.findIndex((one) => one.label === label) !== at);
  if (twice) throw invalid(twice.label, "is the job's own place, or another entry's");
}

/** labelOf names a place in logs and errors. */
export function labelOf(region: string, roles: readonly string[]): string {
  const account = ROLE.exec(roles.at(-1) ?? '')?.[1];
  return account === undefined ? region : `${region} of ${account}`;
}

function invalid(entry: string, why = "is neither a region nor a region and a role's ARN"): SlipwayError {
  return new SlipwayError({
    code: 'PUSH_TARGET_INVALID',
    message: `'also-push-to-ecr' has the entry '${entry}', which ${why}.`,
    hint: "Write one place per line: 'eu-west-1', or for another account 'eu-west-1 arn:aws:iam::210987654321:role/push'.",
  });
}

/**
 * inEach does something at every target at the same time, and waits for all of them.
 *
 * @throws SlipwayError the one failure, named by its place where there are several; PUSH_SEVERAL_FAILED for more than one
 */
export async function inEach<T extends { readonly label: string }, R>(
  targets: readonly T[],
  run: (target: T) => Promise<R>,
): Promise<readonly R[]> {
  const ends = await Promise.allSettled(targets.map((target) => run(target)));
  const failures = ends.flatMap((end, at) =>
    end.status === 'rejected' ? [{ label: targets[at]?.label ?? '', error: end.reason as unknown }] : [],
  );
  const [first] = failures;
  if (!first) return ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
  if (targets.length === 1 || !(first.error instanceof SlipwayError)) throw first.error;
  if (failures.length === 1) throw placed(first.label, first.error);
  throw new SlipwayError({
    code: 'PUSH_SEVERAL_FAILED',
    message: `${failures.length} of ${targets.length} places failed:\n${failures.map(({ label, error }) => `  - ${label}: ${wordsOf(error)}`).join('\n')}`,
    hint: 'Each place is on its own: run again when the causes are gone, what is there already is not sent again.',
    cause: first.error,
  });
}

function placed(label: string, error: SlipwayError): SlipwayError {
  const { code, message, hint, kind, retryable, cause } = error;
  return new SlipwayError({ code, message: `${label}: ${message}`, hint, kind, retryable, cause: cause ?? error });
}

function wordsOf(error: unknown): string {
  return error instanceof SlipwayError ? `${error.code}: ${error.message}` : String(error);
}
