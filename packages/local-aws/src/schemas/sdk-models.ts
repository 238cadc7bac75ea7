import { SlipwayError } from '@slipway/core';
import type { Protocol } from '../service.js';
import { readEnumerations } from './enumerations.js';
import type { Schema } from './schema.js';

/** ServiceModel is what the SDK knows of one service. */
export interface ServiceModel {
  /** The schema of an operation's input; undefined when the service has no such operation. */
  input(operation: string): Schema | undefined;
  /** The schema of its answer. */
  output(operation: string): Schema | undefined;
  /** The error of a code, which in the Query form may be another than in JSON. */
  error(form: Protocol['kind'], code: string): ErrorModel | undefined;
  /** The values of a member whose type is an enumeration. */
  enumeration(structure: string, member: string): readonly string[] | undefined;
}

/** ErrorModel is one error of a service. */
export interface ErrorModel {
  readonly schema: Schema;
  /** Undefined where the model leaves it to the protocol: 400, or 500 for a service's own fault. */
  readonly status: number | undefined;
}

/** By a service's name in the credential scope: the client that has its model. */
const CLIENTS: Readonly<Record<string, { readonly name: string; load(): Promise<object> }>> = {
  ecs: { name: '@aws-sdk/client-ecs', load: () => import('@aws-sdk/client-ecs') },
  ecr: { name: '@aws-sdk/client-ecr', load: () => import('@aws-sdk/client-ecr') },
  sts: { name: '@aws-sdk/client-sts', load: () => import('@aws-sdk/client-sts') },
  elasticloadbalancing: {
    name: '@aws-sdk/client-elastic-load-balancing-v2',
    load: () => import('@aws-sdk/client-elastic-load-balancing-v2'),
  },
  monitoring: { name: '@aws-sdk/client-cloudwatch', load: () => import('@aws-sdk/client-cloudwatch') },
  events: { name: '@aws-sdk/client-eventbridge', load: () => import('@aws-sdk/client-eventbridge') },
  logs: { name: '@aws-sdk/client-cloudwatch-logs', load: () => import('@aws-sdk/client-cloudwatch-logs') },
};

/**
 * loadModel reads the SDK's model of a service.
 *
 * @throws SlipwayError LOCAL_AWS_MODEL when no client is known for it
 */
export async function loadModel(serviceId: string): Promise<ServiceModel> {
  const client = CLIENTS[serviceId];
  if (!client) {
    throw new SlipwayError({
      code: 'LOCAL_AWS_MODEL',
      message: `There is no model of the service '${serviceId}' to hold its answers against.`,
      hint: 'Name its client in schemas/sdk-models.ts.',
    });
  }
  const sdk = (await client.load()) as Readonly<Record<string, unknown>>;
  const operation = (name: string): readonly unknown[] | undefined => {
    const schema = sdk[`${name}$`];
    return Array.isArray(schema) && schema[0] === 9 ? schema : undefined;
  };
  const errors = { json: errorsOf(sdk, 'json'), query: errorsOf(sdk, 'query') };
  return {
    input: (name) => operation(name)?.[4] as Schema | undefined,
    output: (name) => operation(name)?.[5] as Schema | undefined,
    error: (form, code) => errors[form].get(code),
    enumeration: await readEnumerations(client.name, sdk),
  };
}

function errorsOf(sdk: Readonly<Record<string, unknown>>, form: Protocol['kind']): ReadonlyMap<string, ErrorModel> {
  const errors = new Map<string, ErrorModel>();
  for (const schema of Object.values(sdk)) {
    if (!Array.isArray(schema) || schema[0] !== -3) continue;
    const [, , name, traits] = schema as unknown as [number, string, string, ErrorTraits | 0];
    const { awsQueryError, httpError } = traits === 0 ? {} : traits;
    // In the Query form errors have older names than in the model.
    const code = form === 'query' ? (awsQueryError?.[0] ?? name) : name;
    errors.set(code, { schema: schema as Schema, status: httpError });
  }
  return errors;
}

interface ErrorTraits {
  readonly awsQueryError?: readonly [code: string, status: number];
  readonly httpError?: number;
}
