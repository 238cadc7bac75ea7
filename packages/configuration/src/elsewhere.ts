/** Place is where things are in AWS, as far as it is known. */
export interface Place {
  /** 12 digits. */
  readonly account: string | undefined;
  readonly region: string | undefined;
}

/** isElsewhere tells whether two places are certain to have different registries and clusters: another account or region. */
export function isElsewhere(one: Place, other: Place): boolean {
  if (one.account === undefined || other.account === undefined) return false;
  return one.account !== other.account || one.region !== other.region;
}
