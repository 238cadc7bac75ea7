import { AwsError } from '../../service.js';

/** validationError is what ELBv2 calls a value that it cannot take. */
export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

/** unsupported names what this ELBv2 does not do, so that nobody takes silence for a yes. */
export function unsupported(what: string): AwsError {
  return new AwsError('InvalidConfigurationRequest', `local-aws does not support ${what}.`);
}

const NOT_FOUND = {
  'load balancer': 'LoadBalancerNotFound',
  'target group': 'TargetGroupNotFound',
  listener: 'ListenerNotFound',
  rule: 'RuleNotFound',
} as const;

/** What an ARN of ELBv2 can name. */
export type ResourceKind = keyof typeof NOT_FOUND;

/** notFound is the error for an ARN or name that names nothing; AWS's text ends here, ours says which. */
export function notFound(kind: ResourceKind, name: string): AwsError {
  return new AwsError(NOT_FOUND[kind], `One or more ${kind}s not found: '${name}'`);
}
