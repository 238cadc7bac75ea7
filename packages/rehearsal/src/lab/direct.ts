import { AwsError, type CallContext, type LocalAws } from '@slipway/local-aws';
import { cloudWatchOver, createLogs, ecsOver, elbOver } from '@slipway/aws';
import type { AwsPorts } from '@slipway/deploy';
import { REGION } from '../aws.js';
import { configurationFor } from './in-process.js';

/** A call as it reaches an operation of local-aws. */
export interface DirectCall {
  readonly service: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

const ACCOUNT = '123456789012';
const CONTEXT: CallContext = { accountId: ACCOUNT, region: REGION, accessKeyId: 'LAB', requestId: 'lab' };
const CLIENT_ERRORS_BELOW = 500;

/**
 * directPorts returns AWS behind local-aws' own operations, without the SDK's pipeline and the wire between: a call takes
 * a hundredth of the time, which is what thousands of sequences need. What it leaves out (retries, faults, records) the
 * sweeps have.
 */
export function directPorts(localAws: LocalAws, onCall: (call: DirectCall) => void = () => undefined): AwsPorts {
  const client = <Client>(service: string): Client => clientOf({ localAws, service, onCall }) as Client;
  const ecs = client<Parameters<typeof ecsOver>[0]['usual']>('ecs');
  return {
    ecs: ecsOver({ usual: ecs, once: ecs, impatient: ecs }),
    elb: elbOver(client('elasticloadbalancing')),
    cloudwatch: cloudWatchOver(client('monitoring')),
    logs: createLogs(configurationFor(localAws, { tries: 1 })),
    sts: { accountId: () => Promise.resolve(ACCOUNT) },
  };
}

interface Direct {
  readonly localAws: LocalAws;
  readonly service: string;
  readonly onCall: (call: DirectCall) => void;
}

/** What of the SDK's clients the ports use. */
function clientOf({ localAws, service, onCall }: Direct) {
  const { operations, protocol } = serviceOf(localAws, service);
  return {
    send: async (command: { readonly input: object }): Promise<object> => {
      const operation = command.constructor.name.replace(/Command$/, '');
      const input = onTheWire(command.input, protocol.kind === 'query') as Record<string, unknown>;
      onCall({ service, operation, input });
      const run = operations[operation];
      if (!run) throw new Error(`local-aws has no ${service}:${operation}`);
      try {
        // A copy: an answer on the wire does not change with the world.
        return structuredClone(await run(input, CONTEXT));
      } catch (error) {
        throw error instanceof AwsError ? asSdkError(error) : error;
      }
    },
  };
}

function serviceOf(localAws: LocalAws, id: string): LocalAws['services'][number] {
  const service = localAws.services.find((each) => each.id === id);
  if (!service) throw new Error(`local-aws has no service ${id}`);
  return service;
}

/** The Query protocol brings every leaf as a text; times are seconds; what is undefined is not there. */
function onTheWire(value: unknown, isQuery: boolean): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map((item) => onTheWire(item, isQuery));
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return Object.fromEntries(members.map(([name, member]) => [name, onTheWire(member, isQuery)]));
  }
  return isQuery ? String(value) : value;
}

function asSdkError(error: AwsError): Error {
  const $fault = error.status < CLIENT_ERRORS_BELOW ? 'client' : 'server';
  return Object.assign(new Error(error.message), {
    name: error.code,
    $fault,
    $metadata: { httpStatusCode: error.status },
  });
}
