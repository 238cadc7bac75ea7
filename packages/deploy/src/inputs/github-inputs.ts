import { defineInputs, type InputsOf } from '@slipway/runtime';

/** GITHUB_INPUTS say how GitHub shows a deployment. */
export const GITHUB_INPUTS = defineInputs({
  'github-deployment': {
    type: 'boolean',
    default: false,
    description:
      "Show the deployment in GitHub: a deployment of the commit to `github-environment` whose status follows the stages, and a status of the commit, `slipway/<environment>/<service>`. Needs `deployments: write` and `statuses: write`; a job with `environment:` sets `deployment: false` there, or there are two. GitHub's failures never fail or delay the deployment.",
  },
  'github-environment': {
    type: 'string',
    pattern: /[^\n]{1,255}/,
    expects: 'the name of an environment',
    description: "With `github-deployment`: the environment's name in GitHub. The name of the cluster when not set.",
    example: 'production',
  },
  'github-commit': {
    type: 'string',
    pattern: /[0-9a-f]{40}|[0-9a-f]{64}/,
    expects: 'a commit, 40 hexadecimal digits',
    description:
      "With `github-deployment`: the commit that is deployed, where it is another than the run's: of a promotion the one that the image was built from. Where the repository does not have it, the run's. A rollback finds the one that it goes back to by itself.",
    example: '${{ steps.evidence.outputs.source-revision }}',
  },
  'environment-url': {
    type: 'string',
    pattern: /https?:\/\/\S+/,
    expects: 'an address that begins with https:// or http://',
    description: 'With `github-deployment`: where the service answers, for the link that GitHub shows.',
    example: 'https://shop.example.com',
  },
  'github-token': {
    type: 'string',
    secret: true,
    default: '${{ github.token }}',
    description: 'With `github-deployment`: the token that GitHub is told by.',
  },
});

/** How GitHub is to show a deployment, as inputs say it. */
export type GitHubInputs = InputsOf<typeof GITHUB_INPUTS>;
