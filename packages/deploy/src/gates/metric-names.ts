/** loadBalancerName returns what CloudWatch calls a load balancer: `app/name/id` of its ARN. */
export function loadBalancerName(arn: string): string {
  return arn.slice(arn.indexOf(':loadbalancer/') + ':loadbalancer/'.length);
}

/** targetGroupName returns what CloudWatch calls a target group: `targetgroup/name/id` of its ARN. */
export function targetGroupName(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1);
}
