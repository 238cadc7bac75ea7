import { NOT_CHOSEN, type Configuration } from '@slipway/configuration';
import { NO_RELEASE } from './reference.js';
import { block, choice, list } from './yaml-pieces.js';

/** One of our workflows, as a job names it. */
type Uses = (workflow: string) => string;

const HEADER = (says: string): string => `# ${says}
# Written by Slipway's \`npm run buttons\` from .github/slipway.yml: run it again when that names other branches,
# environments or services.
`;

/** What the called workflow's jobs may, and no more: GitHub refuses a run whose caller grants less. */
const grants = (reads: readonly string[]): string => `    permissions:
${block(reads, 6)}
      id-token: write # to assume the roles by OIDC, without any stored key
      deployments: write # to tell GitHub what is deployed where
      statuses: write # to show it at the commit
`;

const DELIVERS = grants([
  'contents: read # to check out the configuration, the sources and the task definitions',
  'actions: read # to ask for the last successful delivery',
]);
const PROMOTES = grants(['contents: read # to check out the configuration and the task definition']);
const GOES_BACK = grants(['contents: read # to check out the configuration']);

/** What a person can say of a rollback, beside what is taken back. */
const HOW_BACK = `      to:
        description: Where to (family:revision, a number, a digest or a tag; empty for the last good one)
        type: string
      hold:
        description: Hold further deliveries?
        type: choice
        options: [none, set, release]
        default: none
      hold-reason:
        description: Why they are held
        type: string
      dry-run:
        description: Only show what one could go back to
        type: boolean
        default: false`;

/** consumerWorkflows returns the workflows of a repository by their file names, as its configuration needs them. */
export function consumerWorkflows(
  configuration: Configuration,
  { repository, version } = NO_RELEASE,
): ReadonlyMap<string, string> {
  const uses: Uses = (workflow) => `${repository}/.github/workflows/${workflow}@${version}`;
  const files = new Map([
    ['deliver.yml', deliver(configuration, uses)],
    ['rollback.yml', rollback(configuration, uses)],
    ['verify.yml', verify(uses)],
  ]);
  // With one environment there is nothing to promote from.
  if (Object.keys(configuration.environments).length > 1) files.set('promote.yml', promote(configuration, uses));
  return files;
}

function deliver({ branches }: Configuration, uses: Uses): string {
  return `${HEADER('Delivers what changed on every push, through the stages of its branch.')}name: deliver

on:
  push:
    branches:
${block(list(Object.keys(branches).map(literally)), 6)}
  workflow_dispatch:
    inputs:
      services:
        description: Which services (changed, all, or names by comma)
        type: string
        default: changed

permissions: {}

# Whole runs wait for each other, in the order of the pushes: an older commit never overtakes a newer one.
concurrency:
  group: deliver-\${{ github.ref }}
  queue: max

jobs:
  deliver:
    name: deliver
${DELIVERS}    uses: ${uses('deliver.yml')}
    with:
      services: \${{ inputs.services || 'changed' }}
`;
}

function promote(configuration: Configuration, uses: Uses): string {
  const { services } = configuration;
  const { sources, targets } = promotions(configuration);
  return `${HEADER('The promotion button: Actions, promote, Run workflow. It promotes what the source runs at that moment.')}name: promote

on:
  workflow_dispatch:
    inputs:
      service:
${block(choice('The service to promote', Object.keys(services)), 8)}
      source-environment:
${block(choice('From', sources), 8)}
      environment:
${block(choice('To', targets), 8)}

permissions: {}

# Promotions of a service wait for each other; none is dropped.
concurrency:
  group: promote-\${{ inputs.environment }}-\${{ inputs.service }}
  queue: max

jobs:
  promote:
    name: promote
${PROMOTES}    uses: ${uses('promote.yml')}
    with:
      environment: \${{ inputs.environment }}
      source-environment: \${{ inputs.source-environment }}
      service: \${{ inputs.service }}
`;
}

function rollback({ environments, services }: Configuration, uses: Uses): string {
  return `${HEADER('The rollback button: Actions, roll back, Run workflow.')}name: roll back

on:
  workflow_dispatch:
    inputs:
      service:
${block(choice('The service to take back', chosenOf(Object.keys(services))), 8)}
      environment:
${block(choice('Where', [NOT_CHOSEN, ...Object.keys(environments).reverse()]), 8)}
${HOW_BACK}

permissions: {}

# In a line of its own: a rollback waits for no delivery.
concurrency:
  group: rollback-\${{ inputs.environment }}-\${{ inputs.service }}
  queue: max

jobs:
  rollback:
    name: roll back
${GOES_BACK}    uses: ${uses('rollback.yml')}
    with:
      environment: \${{ inputs.environment }}
      service: \${{ inputs.service }}
      to: \${{ inputs.to }}
      hold: \${{ inputs.hold }}
      hold-reason: \${{ inputs.hold-reason }}
      dry-run: \${{ inputs.dry-run }}
`;
}

function verify(uses: Uses): string {
  return `${HEADER('Builds and tests what a pull request changes, without any credentials, and shows what merging would deliver.')}name: verify

on:
  pull_request:
  merge_group:

permissions: {}

# Only the newest commit of a pull request is of interest.
concurrency:
  group: verify-\${{ github.ref }}
  cancel-in-progress: true

jobs:
  verify:
    name: verify
    permissions:
      contents: read # to check out the sources, and to ask which files changed
    uses: ${uses('verify.yml')}
`;
}

/** A button that is pressed as it stands goes back with nothing; of one service nothing is to be chosen. */
function chosenOf(names: readonly string[]): readonly string[] {
  return names.length > 1 ? [NOT_CHOSEN, ...names] : names;
}

/** Promotions lead along the stages of a branch; where each branch has one environment only, from any to any. */
function promotions({ environments, branches }: Configuration) {
  const names = Object.keys(environments);
  const stages = Object.values(branches);
  const sources = names.filter((name) => stages.some((list) => list.slice(0, -1).includes(name)));
  const targets = names.filter((name) => stages.some((list) => list.slice(1).includes(name)));
  return sources.length > 0 ? { sources, targets } : { sources: names, targets: [...names].reverse() };
}

/** GitHub reads the names of branches as patterns. */
function literally(branch: string): string {
  return branch.replace(/[\\*?+![\]]/g, '\\$&');
}
