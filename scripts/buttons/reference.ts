/** Whose Slipway the workflows of a repository use, and which. */
export interface Reference {
  /** `your-org/slipway`. */
  readonly repository: string;
  /** What stands behind the `@`, its comment included. */
  readonly version: string;
}

/** NO_RELEASE is what stands there until somebody has chosen a release. */
export const NO_RELEASE: Reference = {
  repository: 'your-org/slipway',
  version: `${'0'.repeat(40)} # replace by the commit of the release you use`,
};

/** referenceIn returns what a workflow that was written before uses, which people and bots change; undefined without one. */
export function referenceIn(text: string): Reference | undefined {
  const found = /^ +uses: (\S+)\/\.github\/workflows\/(?:deliver|promote|rollback|verify)\.yml@(\S+(?: #.*)?)$/m.exec(
    text,
  );
  const [, repository, version] = found ?? [];
  return repository === undefined || version === undefined ? undefined : { repository, version };
}
