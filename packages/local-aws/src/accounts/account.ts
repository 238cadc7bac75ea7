import { randomBytes } from 'node:crypto';
import type { DockerNetwork } from '../docker-network.js';
import type { ForeignService } from '../http/prepare.js';
import type { Identities } from '../iam/identities.js';
import type { OidcIssuer } from '../oidc/issuer.js';
import type { Settings } from '../options.js';
import { LOOPBACK, type HomeFirst, type RegistryAddress } from '../registry-address.js';
import type { AwsService } from '../service.js';
import { createDynamoDb } from '../services/dynamodb.js';
import { startServices, type Services } from '../services/index.js';
import type { World, WorldTime } from '../world.js';

/** Account is one account: a world of its own, behind the one endpoint of all of them. */
export interface Account {
  readonly accountId: string;
  readonly world: World;
  readonly services: Services;
  /** The account's DynamoDB. */
  readonly foreign: readonly ForeignService[];
  readonly addresses: AccountAddresses;
}

/** AccountAddresses is where an account's tasks and images are, filled in as the instance comes up. */
export interface AccountAddresses {
  /** The port of every API, on loopback and on the gateway of each network. */
  port: number;
  /** Of the account's registries: there are several where ECR has regions. */
  readonly registries: HomeFirst<RegistryAddress>;
  /** The network of the account's tasks. */
  network: DockerNetwork | undefined;
}

/** What an account is started with. */
export interface AccountParts {
  readonly accountId: string;
  readonly settings: Settings;
  /** One for all accounts. */
  readonly time: WorldTime;
  readonly identities: Identities;
  readonly issuer: OidcIssuer;
}

/** startAccount starts the services of an account, which has nothing in it. */
export async function startAccount({ accountId, time, ...parts }: AccountParts): Promise<Account> {
  const { settings } = parts;
  const { port, ecrRegions } = settings;
  const [home = settings.region, ...others] = ecrRegions ?? [];
  const at = (region: string): RegistryAddress => ({ region, port });
  const registries: HomeFirst<RegistryAddress> = [at(home), ...others.map(at)];
  const addresses: AccountAddresses = { port, registries, network: undefined };
  const world: World = {
    ...{ accountId, time, region: settings.region, draining: settings.draining },
    // Each account's own: what the tasks of one leave behind, another does not remove while it still runs.
    instanceId: randomBytes(4).toString('hex'),
    endpointForTasks: () => endpointForTasks(settings, addresses),
  };
  const services = await startServices({ ...parts, world, registries });
  return { accountId, world, services, addresses, foreign: [createDynamoDb()] };
}

/** operationsOf lists what an account can be called for, as `service:Operation`. */
export function operationsOf({ services, foreign }: Account): readonly string[] {
  return [
    ...services.all.flatMap(({ id, operations }) => Object.keys(operations).map((name) => `${id}:${name}`)),
    ...foreign.flatMap(({ id, operations }) => operations.map((name) => `${id}:${name}`)),
  ];
}

/** stateOf returns the JSON-serialisable state of an account's services, by their ids. */
export function stateOf({ services }: Account): object {
  return Object.fromEntries(services.all.map((service: AwsService) => [service.id, service.state()]));
}

/** A container reaches the gateway of its network; a simulated task is in this process, and on its loopback. */
function endpointForTasks({ tasks }: Settings, { network, port }: AccountAddresses): string | undefined {
  const host = tasks === 'simulated' ? LOOPBACK : network?.gateway;
  return host === undefined ? undefined : `http://${host}:${port}`;
}
