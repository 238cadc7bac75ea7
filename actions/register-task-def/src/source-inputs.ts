import { ARN, defineInputs } from '@slipway/runtime';

/** sourceInputs say what is promoted, and what has to speak for it. */
export const sourceInputs = defineInputs({
  'source-cluster': {
    type: 'string',
    description: "Promotion: the cluster of the service whose running image is taken, instead of 'digest'.",
    example: 'staging',
  },
  'source-service': {
    type: 'string',
    description:
      "Promotion: the service whose running tasks tell the image. The digest is what the tasks' engines pulled; all of them have to agree.",
    example: 'web',
  },
  'source-container': {
    type: 'string',
    description:
      "Promotion: the container of 'source-service' whose image is taken, where it is called otherwise than 'container' here.",
    example: 'app',
  },
  'target-role': {
    type: 'list',
    begins: ARN,
    description:
      "The role that registers, where another one reads the source. Assumed after 'role-to-assume', or as that is when there is none.",
    example: 'arn:aws:iam::210987654321:role/register',
  },
  'source-role': {
    type: 'list',
    begins: ARN,
    description:
      "The role that reads 'source-service', in another account for example. Assumed as 'target-role' is; both are held in memory at the same time.",
    example: 'arn:aws:iam::123456789012:role/read',
  },
  'source-region': {
    type: 'string',
    description: "The region of 'source-service'. That of 'aws-region' when not set.",
    example: 'eu-central-1',
  },
  'source-evidence': {
    type: 'boolean',
    default: false,
    description:
      "Promotion: refuse what did not prove itself at the source: its running revision was brought there by a service deployment that succeeded, at least 'source-baked-minutes' ago, none is in flight, and no running task is of another revision or unhealthy.",
  },
  'source-baked-minutes': {
    type: 'integer',
    min: 0,
    max: 43_200,
    default: 0,
    description: "With 'source-evidence': how long ago the deployment at the source must have succeeded.",
    example: '30',
  },
  'source-verify': {
    type: 'path',
    description:
      'Promotion: refuse what does not pass this check suite where it runs now (the file that integration-test and bluegreen-deploy read). A check fails when it fails in two runs of three.',
    example: 'checks/smoke.yml',
  },
  'source-verify-tags': {
    type: 'list',
    description: "With 'source-verify': only the checks with one of these tags are made. Without it: all.",
    example: 'smoke',
  },
  'source-verify-variables': {
    type: 'map',
    description: "With 'source-verify': values for the suite's variables, as `name=value` lines.",
    example: 'region=eu',
  },
  'source-url': {
    type: 'string',
    description: "With 'source-verify': where the source answers. The production listener's address when not set.",
    example: 'https://staging.example.com',
  },
});
