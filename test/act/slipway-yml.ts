import { REGION, SERVICE } from '@slipway/rehearsal';
import { PRODUCTION, STAGING } from './world.js';

const role = (accountId: string, name: string): string => `arn:aws:iam::${accountId}:role/${name}`;

/** What the whole pipeline's and staging's own configuration have in common. */
const CONFIGURATION = `
services:
  ${SERVICE}:
    suite: deploy/checks.yml
    port: 8080
    container: hello
    task-definition: deploy/staging.json
environments:
  staging:
    account: '${STAGING.accountId}'
    region: ${REGION}
    role: ${role(STAGING.accountId, 'deploy')}
    read-role: ${role(STAGING.accountId, 'read')}
    cluster: staging
    verify: deploy/gate.yml
  production:
    account: '${PRODUCTION.accountId}'
    region: ${REGION}
    role: ${role(PRODUCTION.accountId, 'deploy')}
    cluster: production
    strategy: canary
    canary-percent: 10
    canary-bake-minutes: 5
    services:
      ${SERVICE}: { task-definition: deploy/production.json }
`;

const OURS = (file: string): string => `your-org/slipway/.github/workflows/${file}@${'0'.repeat(40)}`;
const RIGHTS = '{ contents: read, actions: read, id-token: write, deployments: write, statuses: write }';

/** CONSUMER_FILES are a consumer's own: one service, a pipeline through two accounts, and the buttons. */
export const CONSUMER_FILES: Readonly<Record<string, string>> = {
  '.github/slipway.yml': `${CONFIGURATION}branches:\n  main: [staging, production]\n`,
  '.github/staging.yml': `${CONFIGURATION}branches:\n  main: [staging]\n`,
  // What the simulated tasks can answer.
  'deploy/gate.yml':
    'version: 1\nready: { path: /health }\nchecks:\n  - { name: answers, request: { path: / }, expect: { status: 200 } }\n',
  '.github/workflows/deliver.yml': `
on:
  push: { branches: [main] }
  pull_request:
permissions: {}
jobs:
  deliver:
    permissions: ${RIGHTS}
    uses: ${OURS('deliver.yml')}
`,
  '.github/workflows/deliver-to-staging.yml': `
on: push
permissions: {}
jobs:
  deliver:
    permissions: ${RIGHTS}
    uses: ${OURS('deliver.yml')}
    with: { config: .github/staging.yml }
`,
  '.github/workflows/promote.yml': `
on: workflow_dispatch
permissions: {}
jobs:
  promote:
    permissions: ${RIGHTS}
    uses: ${OURS('promote.yml')}
    with: { environment: production, source-environment: staging, service: ${SERVICE} }
`,
  '.github/workflows/rollback.yml': `
on: workflow_dispatch
permissions: {}
jobs:
  rollback:
    permissions: ${RIGHTS}
    uses: ${OURS('rollback.yml')}
    with: { environment: production, service: ${SERVICE} }
`,
};
