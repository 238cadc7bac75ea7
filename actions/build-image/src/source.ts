import type { GitHubContext } from '@slipway/runtime';

/** SHORT_COMMIT_LENGTH: git's own short form shows 7 digits and more as a repository grows; 12 stay unique in the largest known. */
export const SHORT_COMMIT_LENGTH = 12;
const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/** What the source of a build is called. */
export interface Source {
  /** The commit, when one is known. */
  readonly revision: string | undefined;
  readonly version: string;
  /** What one would tag the image with by hand, the version first. */
  readonly tags: readonly string[];
}

/** What of a run tells what is built: which event, of which commit and ref, with which payload. */
export interface GitEvent {
  readonly github: Pick<GitHubContext, 'eventName' | 'sha' | 'ref'>;
  /** The event's payload as it was parsed; undefined when there is none. */
  readonly event: unknown;
}

/** What the user names himself; empty or undefined where the event shall tell. */
export interface AskedNames {
  readonly version: string | undefined;
  readonly tags: readonly string[];
}

/** sourceOf names what is built: as was asked, else as the event tells. */
export function sourceOf(happened: GitEvent, asked: AskedNames): Source {
  const revision = revisionOf(happened);
  const release = releaseOf(happened.github.ref);
  const version = asked.version ?? release?.version ?? revision?.slice(0, SHORT_COMMIT_LENGTH) ?? 'dev';
  if (asked.tags.length > 0) return { revision, version, tags: [...new Set(asked.tags)] };
  return { revision, version, tags: [...new Set([version, ...movingTags(happened, release, version)])] };
}

/**
 * The commit that an image is made of. On a pull request GITHUB_SHA is a merge commit that nobody will find again; the
 * head of the branch is what its author wrote, and the event names it.
 */
function revisionOf({ github, event }: GitEvent): string | undefined {
  const head = isPullRequest(github) ? member(event, ['pull_request', 'head', 'sha']) : undefined;
  return typeof head === 'string' && COMMIT.test(head) ? head : github.sha;
}

/** Events that say so in their names, `pull_request_target` too: what they build must never take a branch's tag. */
function isPullRequest({ eventName }: GitEvent['github']): boolean {
  return eventName?.startsWith('pull_request') ?? false;
}

interface Release {
  readonly version: string;
  readonly major: string;
  readonly minor: string;
  readonly isPrerelease: boolean;
}

/** A tag of the repository that is a version: `v1.4.2`, `1.4.2-rc.1`, `v1.4.2+build.7`. */
const SEMVER_TAG = /^refs\/tags\/v?((\d+)\.(\d+)\.\d+)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;

function releaseOf(ref: string | undefined): Release | undefined {
  const [, core, major, minor, prerelease = '', build = ''] = SEMVER_TAG.exec(ref ?? '') ?? [];
  if (core === undefined || major === undefined || minor === undefined) return undefined;
  // A registry's tag has no '+'; Helm, which stores charts there, writes '_' for it.
  const version = `${core}${prerelease}${build.replace('+', '_')}`;
  return version.length > LONGEST_TAG ? undefined : { version, major, minor, isPrerelease: prerelease !== '' };
}

/** Tags that name the newest of a kind, and go on to the next one. */
function movingTags({ github, event }: GitEvent, release: Release | undefined, version: string): readonly string[] {
  const { ref = '', eventName } = github;
  if (isPullRequest(github)) {
    const number = member(event, ['number']) ?? /^refs\/pull\/(\d+)\//.exec(ref)?.[1];
    return typeof number === 'number' || typeof number === 'string' ? [`pr-${number}`] : [];
  }
  // A merge queue's branch lives for minutes; what comes of it is the push to the branch itself.
  if (eventName === 'merge_group') return [];
  if (eventName === 'schedule') return ['nightly'];
  if (release) {
    const isOnlyForTrial = release.isPrerelease || member(event, ['release', 'prerelease']) === true;
    return isOnlyForTrial || version !== release.version ? [] : seriesOf(release);
  }
  const name = /^refs\/(?:heads|tags)\/(.+)$/.exec(ref)?.[1];
  const tag = name === undefined ? '' : tagFrom(name);
  return tag === '' ? [] : [tag];
}

/** `1.4` and `1`; but 0.4 promises nothing to 0.5, so there is no tag `0`. */
function seriesOf({ major, minor }: Release): readonly string[] {
  return [`${major}.${minor}`, ...(Number(major) === 0 ? [] : [major])];
}

/** The distribution specification's limit. */
const LONGEST_TAG = 128;

/** What a registry takes as a tag of a branch's name. */
function tagFrom(branch: string): string {
  return branch
    .replaceAll(/[^A-Za-z0-9_.-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, LONGEST_TAG);
}

/** labelsOf returns the image's labels; the user's own win. */
export function labelsOf(
  source: Source,
  github: Pick<GitHubContext, 'repository' | 'serverUrl'>,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  return {
    ...(source.revision === undefined ? {} : { 'org.opencontainers.image.revision': source.revision }),
    ...(github.repository ? { 'org.opencontainers.image.source': `${github.serverUrl}/${github.repository}` } : {}),
    'org.opencontainers.image.version': source.version,
    ...own,
  };
}

/** member reads a member of a member of parsed JSON; undefined where the way ends. */
export function member(value: unknown, names: readonly string[]): unknown {
  return names.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null ? (inner as Readonly<Record<string, unknown>>)[name] : undefined,
    value,
  );
}
