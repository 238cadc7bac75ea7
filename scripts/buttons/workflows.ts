import type { Configuration } from '@slipway/configuration';
import { block, choice, list } from './yaml-pieces.js';

/** Where our workflows are; whoever uses them puts a release's commit in place of the zeros. */
const OURS = (workflow: string): string =>
  `your-org/slipway/.github/workflows/${workflow}@${'0'.repeat(40)} # replace by the commit of the release you use`;

const HEADER = (says: string): string => `# ${says}
# Written by Slipway's \`npm run buttons\` from .github/slipway.yml: run it again when that names other branches,
# environments or services.
`;

const DEPLOYS = `    permissions:
      contents: read # to check out the configuration, the sources and the task definitions
      actions: read # to ask for the last successful delivery
      id-token: write # to assume the roles by OIDC, without any stored key
      deployments: write # to tell GitHub what is deployed where
      statuses: write # to show it at the commit
`;

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
export function consumerWorkflows(configuration: Configuration): ReadonlyMap<string, string> {
  const files = new Map([
    ['deliver.yml', deliver(configuration)],
    ['rollback.yml', rollback(configuration)],
    ['verify.yml', verify()],
  ]);
  // With one environment there is nothing to promote from.
  if (Object.keys(configuration.environments).length > 1) files.set('promote.yml', promote(configuration));
  return files;
}

function deliver({ branches }: Configuration): string {
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
${DEPLOYS}    uses: ${OURS('deliver.yml')}
    with:
      services: \${{ inputs.services || 'changed' }}
`;
}

function promote(configuration: Configuration): string {
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
${DEPLOYS}    uses: ${OURS('promote.yml')}
    with:
      environment: \${{ inputs.environment }}
      source-environment: \${{ inputs.source-environment }}
      service: \${{ inputs.service }}
`;
}

function rollback({ environments, services }: Configuration): string {
  return `${HEADER('The rollback button: Actions, roll back, Run workflow.')}name: roll back

on:
  workflow_dispatch:
    inputs:
      service:
${block(choice('The service to take back', Object.keys(services)), 8)}
      environment:
${block(choice('Where', Object.keys(environments).reverse()), 8)}
${HOW_BACK}

permissions: {}

# In a line of its own: a rollback waits for no delivery.
concurrency:
  group: rollback-\${{ inputs.environment }}-\${{ inputs.service }}
  queue: max

jobs:
  rollback:
    name: roll back
${DEPLOYS}    uses: ${OURS('rollback.yml')}
    with:
      environment: \${{ inputs.environment }}
      service: \${{ inputs.service }}
      to: \${{ inputs.to }}
      hold: \${{ inputs.hold }}
      hold-reason: \${{ inputs.hold-reason }}
      dry-run: \${{ inputs.dry-run }}
`;
}

function verify(): string {
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
      actions: read # to ask for the last successful delivery
    uses: ${OURS('verify.yml')}
`;
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
