import { validationError } from './errors.js';

/**
 * requireName throws unless a load balancer or target group may have that name.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
 */
export function requireName(name: string): void {
  if (name.length > 32) throw validationError(`The name '${name}' cannot be longer than '32' characters`);
  if (!/^[a-zA-Z0-9-]+$/.test(name)) {
    throw validationError(`The name '${name}' can only contain characters that are alphanumeric or hyphens(-)`);
  }
  if (/^-|-$/.test(name)) throw validationError(`The name '${name}' cannot begin or end with a hyphen(-)`);
  if (name.startsWith('internal-')) throw validationError(`The name '${name}' cannot begin with 'internal-'`);
}
