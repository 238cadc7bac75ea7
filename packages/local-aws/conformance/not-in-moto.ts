/** MissingOperation is an operation that moto does not have, so that nothing can be compared. */
export interface MissingOperation {
  readonly operation: string;
  /** Its X-Amz-Target, by which the suite asks moto whether that is still so. */
  readonly target: string;
}

const ECS = 'AmazonEC2ContainerServiceV20141113';
const CLOUDWATCH = 'GraniteServiceVersion20100801';

/** NOT_IN_MOTO are the operations of local-aws without a counterpart: above all, deployments that ECS does itself. */
export const NOT_IN_MOTO: readonly MissingOperation[] = [
  ...[
    'ContinueServiceDeployment',
    'DescribeServiceDeployments',
    'DescribeServiceRevisions',
    'ListServiceDeployments',
    'StopServiceDeployment',
  ].map((name) => ({ operation: `ecs:${name}`, target: `${ECS}.${name}` })),
  { operation: 'monitoring:DescribeAlarmHistory', target: `${CLOUDWATCH}.DescribeAlarmHistory` },
];
