import { asList, asMap, commentAt, everyMap, everyText, type YamlFile, type YamlMap } from './yaml-documents.js';

/** A rule of the house for workflow files: its name, and what a file breaks of it, one sentence each. */
export interface YamlRule {
  readonly name: string;
  readonly problems: (file: YamlFile) => string[];
}

/** One job of a workflow. */
export interface Job {
  readonly id: string;
  readonly job: YamlMap;
  readonly steps: readonly YamlMap[];
}

/** jobsOf returns the jobs of a workflow file. */
export function jobsOf(file: YamlFile): Job[] {
  const jobs = asMap(asMap(file.root)['jobs']);
  return Object.entries(jobs).map(([id, job]) => ({
    id,
    job: asMap(job),
    steps: asList(asMap(job)['steps']).map(asMap),
  }));
}

/** usesOf returns a step's or a job's `uses:`, and an empty text where there is none. */
export function usesOf(map: YamlMap): string {
  return typeof map['uses'] === 'string' ? map['uses'] : '';
}

/** Where readers of the docs find this project; a consumer puts the commit of a release behind it. */
export const OWN_REPOSITORY = 'your-org/slipway';
const PLACEHOLDER = `@${'0'.repeat(40)}`;
const PLACEHOLDER_COMMENT = 'replace by the commit of the release you use';

const permissionsStartEmpty: YamlRule = {
  name: 'a workflow grants nothing at the top',
  problems: (file) => {
    const permissions = asMap(file.root)['permissions'];
    const isEmpty = typeof permissions === 'object' && permissions !== null && Object.keys(permissions).length === 0;
    return isEmpty ? [] : ["'permissions: {}' is missing at the top"];
  },
};

const grantsHaveReasons: YamlRule = {
  name: 'a job names what it may do, each grant with its reason',
  problems: (file) =>
    jobsOf(file).flatMap(({ id, job }) => {
      const granted = job['permissions'];
      if (typeof granted !== 'object' || granted === null) return [`job '${id}' has no map of permissions`];
      return Object.keys(granted)
        .filter((scope) => commentAt(file.document, ['jobs', id, 'permissions', scope]) === '')
        .map((scope) => `job '${id}' does not say why it needs '${scope}'`);
    }),
};

const jobsTimeOut: YamlRule = {
  name: 'a job ends in time',
  problems: (file) =>
    jobsOf(file)
      // A job that calls a workflow cannot have one: the called jobs do.
      .filter(({ job }) => usesOf(job) === '' && typeof job['timeout-minutes'] !== 'number')
      .map(({ id }) => `job '${id}' has no timeout-minutes`),
};

const noExpressionsInScripts: YamlRule = {
  name: 'a script is the same text in every run',
  problems: (file) =>
    everyMap(file.root).flatMap(({ at, map }) =>
      ['run', 'script']
        .filter((key) => typeof map[key] === 'string' && map[key].includes('${{'))
        .map((key) => `${[...at, key].join('.')} has an expression: it belongs into env`),
    ),
};

const thirdPartyIsPinned: YamlRule = {
  name: "other people's code is named by commit, with its version behind it",
  problems: (file) =>
    everyMap(file.root).flatMap(({ at, map }) => {
      const uses = usesOf(map);
      if (uses === '' || isOwn(uses)) return [];
      if (!/^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/.test(uses)) return [`'${uses}' is not pinned to a commit`];
      const comment = commentAt(file.document, [...at, 'uses']);
      return /^v\d+\.\d+\.\d+$/.test(comment) ? [] : [`'${uses}' has no '# vX.Y.Z' behind it`];
    }),
};

/** isOwn tells whether a `uses:` means this project, in any spelling. */
export function isOwn(uses: string): boolean {
  return uses.startsWith('$/') || uses.startsWith('./') || uses.startsWith(`${OWN_REPOSITORY}/`);
}

const ownBySelfReference: YamlRule = {
  name: 'our own code is the one of the same commit',
  problems: (file) =>
    everyMap(file.root)
      .map(({ map }) => usesOf(map))
      .filter((uses) => isOwn(uses) && (!uses.startsWith('$/') || uses.includes('@')))
      .map((uses) => `'${uses}' has to be written '$/…', without './' and without '@'`),
};

const consumersPinOurs: YamlRule = {
  name: 'a consumer names our code by the commit of a release',
  problems: (file) =>
    everyMap(file.root)
      .filter(({ map }) => isOwn(usesOf(map)))
      .filter(({ at, map }) => {
        const isPlaceholder = usesOf(map).startsWith(`${OWN_REPOSITORY}/`) && usesOf(map).endsWith(PLACEHOLDER);
        return !isPlaceholder || commentAt(file.document, [...at, 'uses']) !== PLACEHOLDER_COMMENT;
      })
      .map(({ map }) => `'${usesOf(map)}' is not '${OWN_REPOSITORY}/…${PLACEHOLDER} # ${PLACEHOLDER_COMMENT}'`),
};

const checkoutKeepsNoCredentials: YamlRule = {
  name: 'a checkout leaves no token behind',
  problems: (file) =>
    everyMap(file.root)
      .filter(({ map }) => usesOf(map).startsWith('actions/checkout@'))
      .filter(({ map }) => asMap(map['with'])['persist-credentials'] !== false)
      .map(({ at }) => `${at.join('.')} has no 'persist-credentials: false'`),
};

/**
 * Whether a job shifts traffic, by a step of its own or by calling a workflow of ours that does. One of our workflows that
 * calls another is no such job: the one that is called queues.
 */
function isDeploy({ job, steps }: Job): boolean {
  if (usesOf(job).startsWith('$/')) return false;
  const shifts =
    /^[^@]*\/(?:actions\/(?:bluegreen-deploy|rollback)|\.github\/workflows\/(?:deliver|promote|stage)\.yml)(?:@|$)/;
  return [usesOf(job), ...steps.map(usesOf)].some((uses) => shifts.test(uses));
}

const deploysQueue: YamlRule = {
  name: 'a deploy waits for the one before it, and is never dropped or cancelled',
  problems: (file) =>
    jobsOf(file)
      .filter(isDeploy)
      .flatMap(({ id, job }) => {
        const groups = [asMap(file.root)['concurrency'], job['concurrency']].filter((group) => group !== undefined);
        const last = asMap(groups.at(-1));
        const cancels = groups.map((group) => asMap(group)['cancel-in-progress'] ?? false);
        return [
          ...(last['queue'] === 'max' && typeof last['group'] === 'string' ? [] : [`job '${id}' has no 'queue: max'`]),
          ...(cancels.every((cancel) => cancel === false) ? [] : [`job '${id}' can be cancelled by a newer run`]),
        ];
      }),
};

const noPullRequestTarget: YamlRule = {
  name: "no run of a stranger's pull request has our rights",
  problems: (file) => {
    const on = asMap(file.root)['on'];
    const events = typeof on === 'string' ? [on] : [...asList(on), ...Object.keys(asMap(on))];
    return events.includes('pull_request_target') ? ['it runs on pull_request_target'] : [];
  },
};

const noCachesWhenPrivileged: YamlRule = {
  name: 'a job with rights takes nothing from a cache',
  problems: (file) =>
    jobsOf(file)
      .filter(({ job }) => job['permissions'] === 'write-all' || everyText(job['permissions']).includes('write'))
      .flatMap(({ id, steps }) => steps.filter(usesCache).map((step) => `job '${id}' uses a cache: ${usesOf(step)}`)),
};

function usesCache(step: YamlMap): boolean {
  const inputs = asMap(step['with']);
  // setup-node caches by itself when package.json names a package manager.
  const isByDefault = usesOf(step).startsWith('actions/setup-node@') && inputs['package-manager-cache'] !== false;
  const isAsked = Object.keys(inputs).some((name) => ['cache', 'cache-from', 'cache-to'].includes(name));
  return /^actions\/cache(?:\/\w+)?@/.test(usesOf(step)) || isByDefault || isAsked;
}

/** What a build may be given, and needs not: by the one block that GitHub masks. */
const BUILD_SECRETS = 'build-secrets';

const noSecrets: YamlRule = {
  name: 'nothing needs a stored secret',
  problems: (file) => [
    ...everyText(file.root)
      .filter((text) =>
        /\$\{\{(?:(?!\}\}).)*(?<![\w-])secrets\b/s.test(text.replaceAll(`\${{ secrets.${BUILD_SECRETS} }}`, '')),
      )
      .map((text) => `'${text.trim()}' reads a secret`),
    ...everyMap(file.root)
      // A step's input of that name holds what its text says, which is looked at above.
      .filter(({ map, at }) => 'secrets' in map && at.at(-1) !== 'with' && !areBuildSecrets(map['secrets']))
      .map(({ at }) => `${[...at, 'secrets'].join('.')} hands secrets on`),
  ],
};

function areBuildSecrets(secrets: unknown): boolean {
  const names = Object.keys(asMap(secrets));
  return names.join() === BUILD_SECRETS && asMap(asMap(secrets)[BUILD_SECRETS])['required'] !== true;
}

const credentialsByOidc: YamlRule = {
  name: 'AWS is reached by OIDC alone',
  problems: (file) =>
    jobsOf(file).flatMap(({ id, job, steps }) =>
      steps
        .filter((step) => usesOf(step).startsWith('aws-actions/configure-aws-credentials@'))
        .flatMap((step) => {
          const inputs = asMap(step['with']);
          return [
            ...(asMap(job['permissions'])['id-token'] === 'write' ? [] : [`job '${id}' may not ask for a token`]),
            ...('role-to-assume' in inputs ? [] : [`job '${id}' assumes no role`]),
            ...('aws-access-key-id' in inputs ? [`job '${id}' takes a stored key`] : []),
          ];
        }),
    ),
};

const outputsArePieces: YamlRule = {
  name: 'jobs hand on pieces that masking cannot blank',
  problems: (file) =>
    jobsOf(file).flatMap(({ id, job }) =>
      Object.entries(asMap(job['outputs']))
        // These hold an account's id. GitHub drops an output in which it finds a masked value.
        .filter(([name, value]) => /(?:^|[.-])(?:arn|uri|url|image|registry)\b/.test(`${name} ${String(value)}`))
        .map(([name]) => `job '${id}' hands on '${name}', which may hold an account's id`),
    ),
};

/** A linter that is told to be quiet says why, or nobody knows whether it still has to be. */
const ignoresHaveReasons: YamlRule = {
  name: 'what a linter is not to find is explained',
  problems: ({ text }) =>
    [...text.matchAll(/#[ \t]*zizmor:[ \t]*ignore(?:\[([^\]]*)\])?[ \t]*(.*)$/gm)]
      .filter(([, audit = '', reason = '']) => audit === '' || !/\w+ \w+/.test(reason))
      .map(([comment]) => `'${comment}' does not name the audit and why it is wrong here`),
};

const FOR_ALL = [
  permissionsStartEmpty,
  grantsHaveReasons,
  jobsTimeOut,
  noExpressionsInScripts,
  thirdPartyIsPinned,
  checkoutKeepsNoCredentials,
  deploysQueue,
  noPullRequestTarget,
  noCachesWhenPrivileged,
  noSecrets,
  credentialsByOidc,
  outputsArePieces,
  ignoresHaveReasons,
];

/** The rules for our own workflows. */
export const WORKFLOW_RULES: readonly YamlRule[] = [...FOR_ALL, ownBySelfReference];

/** The rules for the workflows that consumers copy. */
export const CONSUMER_RULES: readonly YamlRule[] = [...FOR_ALL, consumersPinOurs];

/** The rules for YAML in the docs, which may be a part of a workflow only. */
export const SNIPPET_RULES: readonly YamlRule[] = [
  noExpressionsInScripts,
  thirdPartyIsPinned,
  checkoutKeepsNoCredentials,
  noPullRequestTarget,
  noSecrets,
  consumersPinOurs,
];

/** thirdPartyUses returns the third-party actions that a file uses. */
export function thirdPartyUses(file: YamlFile): { readonly action: string; readonly commit: string }[] {
  return everyMap(file.root)
    .map(({ map }) => usesOf(map))
    .filter((uses) => uses !== '' && !isOwn(uses))
    .map((uses) => {
      const [action = '', commit = ''] = uses.split('@');
      return { action, commit };
    });
}
