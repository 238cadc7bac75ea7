import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { awsConfiguration, createTaskDefinitions, taskDefinitionOutputOnly } from '@slipway/aws';
import { cleanDefinition } from '@slipway/task-definition';
import { openJudge, type Judge } from '../../../packages/local-aws/conformance/judge.js';
import { sameRevision } from '../src/register.js';
import { lostIn, readCorpus } from './corpus.js';

/** Installing moto takes a minute where it has not been done. */
const LIMIT_MS = 900_000;

/** moto keeps neither, against the API reference of RegisterTaskDefinition. */
const LOST_IN_MOTO: readonly string[] = [
  'external.json: lost .networkMode',
  'external.json: is not the same',
  'fargate-fault-injection.json: lost .enableFaultInjection',
  'fargate-fault-injection.json: is not the same',
];

let judge: Judge;
beforeAll(async () => {
  judge = await openJudge({});
}, LIMIT_MS);
afterAll(() => judge?.close());

it(
  'the corpus comes back from moto with nothing lost, and is not registered a second time',
  async () => {
    const credentials = async () => ({ accessKeyId: 'AKIATEST', secretAccessKey: 'not a secret' });
    const endpoint = judge.access.endpoint ?? '';
    const definitions = createTaskDefinitions({
      ...awsConfiguration('us-east-1', {}),
      endpoint,
      credentials,
    });
    const problems: string[] = [];
    for (const [name, { value }] of await readCorpus()) {
      const registered = await definitions.register(value).catch((error: Error) => error.message);
      if (typeof registered === 'string') {
        problems.push(`${name}: ${registered}`);
        continue;
      }
      const described = await definitions.describe(registered.family);
      const again = cleanDefinition(described?.definition ?? {}, taskDefinitionOutputOnly()).value;
      for (const lost of lostIn(value, again)) problems.push(`${name}: lost ${lost}`);
      if (described && !sameRevision(value, described)) problems.push(`${name}: is not the same`);
    }
    expect(problems).toEqual(LOST_IN_MOTO);
  },
  LIMIT_MS,
);
