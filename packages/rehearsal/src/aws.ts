import { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

export const REGION = 'eu-central-1';

/** The rehearsal's own view of AWS: the unmodified SDK, as somebody who looks on would use it. */
export interface Aws {
  readonly ecr: ECRClient;
  readonly ecs: ECSClient;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly dynamodb: DynamoDBClient;
  /** What a job of a consumer has in its environment. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * connect returns clients of an endpoint whose minutes take so many milliseconds, of the account that the key is of. Keys are not
 * secret there: nothing outside the machine answers to them.
 */
export function connect(endpoint: string, minuteMs: number, accessKeyId = 'REHEARSAL'): Aws {
  const credentials = { accessKeyId, secretAccessKey: 'rehearsal-secret-key' };
  const configuration = { endpoint, region: REGION, credentials };
  return {
    ecr: new ECRClient(configuration),
    ecs: new ECSClient(configuration),
    elb: new ElasticLoadBalancingV2Client(configuration),
    dynamodb: new DynamoDBClient(configuration),
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: REGION,
      SLIPWAY_REHEARSAL_MINUTE_MS: String(minuteMs),
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
  };
}
