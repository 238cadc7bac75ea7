import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { loadModel } from '../../src/schemas/sdk-models.js';
import { inputArbitrary } from './model-arbitrary.js';
import { oneVictim } from './victim.js';

const victim = oneVictim();
/** Some seconds of them; more find more. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 10);
const texts = [
  ...['default', 'staging', 'web', 'app', 'web:1', 'shop/web', 'one', '1', '80', '/health', 'HTTP', '200', 'FARGATE'],
  ...[
    'arn:aws:ecs:eu-central-1:123456789012:cluster/staging',
    'arn:aws:ecs:eu-central-1:123456789012:service/staging/web',
  ],
];

const send = (id: string, target: string, input: unknown) =>
  victim().post(id, { 'x-amz-target': target }, JSON.stringify(input));

beforeAll(async () => {
  const ecs = (name: string, input: unknown) => send('ecs', `AmazonEC2ContainerServiceV20141113.${name}`, input);
  await ecs('CreateCluster', { clusterName: 'staging' });
  await ecs('RegisterTaskDefinition', {
    family: 'web',
    networkMode: 'awsvpc',
    cpu: '256',
    memory: '512',
    containerDefinitions: [{ name: 'app', image: 'web:1', portMappings: [{ containerPort: 80 }] }],
  });
});

/** `{A: [{B: 1}]}` as `A.member.1.B=1`. */
function formOf(value: unknown, path: string): [string, string][] {
  if (Array.isArray(value)) {
    return value.length === 0 ? [[path, '']] : value.flatMap((item, at) => formOf(item, `${path}.member.${at + 1}`));
  }
  if (typeof value !== 'object' || value === null) return [[path, String(value)]];
  return Object.entries(value).flatMap(([name, member]) => formOf(member, path === '' ? name : `${path}.${name}`));
}

describe('whatever the model allows', () => {
  it('is answered by every operation as the model says, and with no failure of local-aws', async () => {
    const { services } = victim().localAws;
    const answered = { ok: 0, refused: 0 };
    for (const { id, protocol, operations } of services) {
      const model = await loadModel(id);
      for (const name of Object.keys(operations)) {
        const material = {
          texts,
          enumeration: (structure: string, member: string) => model.enumeration(structure, member),
        };
        const input = inputArbitrary(model.input(name) ?? 0, material);
        const property = fc.asyncProperty(input, async (given) => {
          const response =
            protocol.kind === 'json'
              ? await send(id, `${protocol.targetPrefix}.${name}`, given)
              : await victim().post(id, {}, new URLSearchParams([['Action', name], ...formOf(given, '')]).toString());
          const body = await response.text();
          if (![200, 400, 403, 404].includes(response.status))
            throw new Error(`${id}:${name} ${response.status} ${body}`);
          answered[response.status === 200 ? 'ok' : 'refused'] += 1;
        });
        await fc.assert(property, { numRuns: RUNS });
      }
    }
    victim().requireNoFailure();
    await victim().requireAnswers();
    // Not all of it may be refused, or the handlers were never met.
    expect(answered.ok).toBeGreaterThan(answered.refused / 20);
  });
});
