import { startMoto } from './moto.js';
import type { Access } from './stage.js';
import type { Network } from './step.js';

/** Judge is the AWS that local-aws is held against. */
export interface Judge {
  /** Only for moto is it known, and listed, where the judge is wrong. */
  readonly name: 'moto' | 'another AWS';
  readonly access: Access;
  readonly network: Network;
  close(): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Whoever is asked without credentials is one of ours and does not look. */
const NOBODY = { accessKeyId: 'AKIATEST', secretAccessKey: 'not a secret' };
const DEFAULT_REGION = 'us-east-1';

/**
 * openJudge returns the judge that the environment names: `SLIPWAY_CONFORMANCE_ENDPOINT` is the address of one, or
 * `aws` for the real one; without it, moto is started.
 *
 * @throws Error that names a variable that is missing, or the command that could not install moto
 */
export async function openJudge(environment: Environment): Promise<Judge> {
  const region = environment['SLIPWAY_CONFORMANCE_REGION'] ?? DEFAULT_REGION;
  const endpoint = environment['SLIPWAY_CONFORMANCE_ENDPOINT'];
  if (!endpoint) {
    const moto = await startMoto();
    const access = { region, endpoint: moto.endpoint, credentials: NOBODY };
    return { name: 'moto', access, network: moto.network, close: () => moto.close() };
  }
  return {
    name: 'another AWS',
    access: endpoint === 'aws' ? { region } : { region, endpoint },
    network: networkFrom(environment),
    close: () => Promise.resolve(),
  };
}

function networkFrom(environment: Environment): Network {
  const required = (name: string): string => {
    const value = environment[name];
    if (value) return value;
    throw new Error(`${name} has to be set when SLIPWAY_CONFORMANCE_ENDPOINT is: load balancers are put somewhere.`);
  };
  const [first, second] = required('SLIPWAY_CONFORMANCE_SUBNETS').split(',');
  if (!first || !second) throw new Error('SLIPWAY_CONFORMANCE_SUBNETS has to name two subnets, with a comma between.');
  return {
    vpcId: required('SLIPWAY_CONFORMANCE_VPC'),
    subnets: [first, second],
    securityGroup: required('SLIPWAY_CONFORMANCE_SECURITY_GROUP'),
  };
}

/** ourAccess returns how local-aws is asked. */
export function ourAccess(endpoint: string, region: string): Access {
  return { region, endpoint, credentials: NOBODY };
}
