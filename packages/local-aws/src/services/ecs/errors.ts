import { AwsError } from '../../service.js';

/** The errors of ECS, in AWS's names and, where known, AWS's words. */

/** clusterNotFound is what every call with an unknown or deleted cluster gets. */
export function clusterNotFound(): AwsError {
  return new AwsError('ClusterNotFoundException', 'Cluster not found.');
}

/** serviceNotFound is for calls that name one service; DescribeServices lists failures instead. */
export function serviceNotFound(): AwsError {
  return new AwsError('ServiceNotFoundException', 'Service not found.');
}

/** serviceNotActive is for a service that is being deleted or is gone. */
export function serviceNotActive(): AwsError {
  return new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
}

/** serviceDeploymentNotFound is for acting on an unknown service deployment. */
export function serviceDeploymentNotFound(): AwsError {
  return new AwsError('ServiceDeploymentNotFoundException', 'Service deployment not found.');
}

/** invalidParameter is for input that AWS would not take. */
export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

/** unsupported is for input that AWS takes but local-aws does not act on: it is refused by name, never ignored. */
export function unsupported(member: string, value?: unknown): AwsError {
  const given = value === undefined ? '' : ` with the value ${JSON.stringify(value)}`;
  return invalidParameter(`local-aws does not run the parameter ${member}${given}.`);
}

/** clientException is AWS's word for most mistakes around task definitions. */
export function clientException(message: string): AwsError {
  return new AwsError('ClientException', message);
}

/** conflict is for a request that the state of the resource does not allow. */
export function conflict(message: string): AwsError {
  return new AwsError('ConflictException', message);
}
