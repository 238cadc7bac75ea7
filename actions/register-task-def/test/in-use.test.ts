import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { awsConfiguration, createScheduledTasks, createTaskDefinitions } from '@slipway/aws';
import { SERVICE, openScene, type Scene } from '@slipway/rehearsal';

const configurationFor = (endpoint: string, region: string) => ({
  ...awsConfiguration(region, {}),
  endpoint,
  credentials: async () => ({ accessKeyId: 'AKIATEST', secretAccessKey: 'not a secret' }),
});

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
}, 60_000);
afterAll(() => scene.close());

describe('what is in use', () => {
  it('is what services and their tasks run, in every cluster', async () => {
    const region = await scene.aws.ecs.config.region();
    const definitions = createTaskDefinitions(configurationFor(scene.localAws.endpoint, region));
    await scene.register('second');
    const arns = await definitions.activeArns(SERVICE);
    expect(arns.map((arn) => arn.split('/')[1])).toEqual([`${SERVICE}:2`, `${SERVICE}:1`]);
    expect([...(await definitions.inUse(SERVICE))]).toEqual([arns[1]]);
    await definitions.deregister(arns[0] ?? '');
    expect(await definitions.activeArns(SERVICE)).toEqual([arns[1]]);
  }, 30_000);
});

/** What EventBridge answers, by operation and, where it pages, by token. */
const ANSWERS: Readonly<Record<string, object>> = {
  ListEventBuses: { EventBuses: [{ Name: 'default' }], NextToken: 'more' },
  'ListEventBuses more': { EventBuses: [{ Name: 'own' }] },
  'ListRules default': { Rules: [{ Name: 'nightly' }] },
  'ListRules own': { Rules: [] },
  'ListTargetsByRule default nightly': {
    Targets: [
      { Id: '1', Arn: 'a', EcsParameters: { TaskDefinitionArn: 'arn:web:3' } },
      { Id: '2', Arn: 'b' },
    ],
  },
};

describe('what is scheduled', () => {
  it('is what the rules of all buses start', async () => {
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        const input = JSON.parse(body) as Readonly<Record<string, string>>;
        const operation = String(request.headers['x-amz-target']).split('.')[1];
        const key = [operation, input['EventBusName'], input['Rule'], input['NextToken']].filter(Boolean).join(' ');
        response.setHeader('content-type', 'application/x-amz-json-1.1');
        response.end(JSON.stringify(ANSWERS[key] ?? {}));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const used = await createScheduledTasks(configurationFor(endpoint, 'eu-central-1')).usedRevisions();
    server.closeAllConnections();
    server.close();
    expect([...used]).toEqual(['arn:web:3']);
  });
});
