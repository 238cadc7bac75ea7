/** What policies call a service by, where it is not the name in its signature. */
const POLICY_NAMES: Readonly<Record<string, string>> = { monitoring: 'cloudwatch', registry: 'ecr' };

/** policyNameOf returns what policies and ARNs call a service by, given its name in the credential scope. */
export function policyNameOf(service: string): string {
  return POLICY_NAMES[service] ?? service;
}
