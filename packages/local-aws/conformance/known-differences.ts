import type { Difference } from './compare.js';

/** KnownDifference is one, or a family: who is right, why, and which document of AWS decides. */
export interface KnownDifference {
  /** `<service>:<Operation>`; `*` stands for any text. */
  readonly operation: string;
  /** A member; `*` stands for any text. Empty for the answer as a whole. */
  readonly member: string;
  readonly kind: Difference['kind'];
  /** `left out`: the judge is right, and local-aws has nothing that the member could tell of. */
  readonly verdict: 'the judge is wrong' | 'left out' | 'both are right';
  readonly reason: string;
  /** A page of AWS's documentation, below docs.aws.amazon.com. */
  readonly document: string;
}

/** isCovered tells whether a known difference is this one. */
export function isCovered(known: KnownDifference, difference: Difference): boolean {
  const operation = difference.call.split(' ', 1)[0] ?? '';
  const isSame = (pattern: string, text: string): boolean => asExpression(pattern).test(text);
  return (
    known.kind === difference.kind && isSame(known.operation, operation) && isSame(known.member, difference.member)
  );
}

function asExpression(pattern: string): RegExp {
  const source = pattern.replace(/[.[\]()]/g, '\\$&').replace(/\*/g, '.*');
  return new RegExp(`^${source}$`);
}
