import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { awsConfiguration, createTaskDefinitions, taskDefinitionOutputOnly, taskDefinitionShape } from '@slipway/aws';
import { startLocalAws, type LocalAws } from '@slipway/local-aws';
import { cleanDefinition, diffDefinitions, lint, objectsIn, type JsonObject } from '@slipway/task-definition';
import { sameRevision } from '../src/register.js';
import { lostIn, membersOf, readCorpus } from './corpus.js';

const CORPUS = await readCorpus();

/** Members of RegisterTaskDefinition's request that no definition of the corpus uses. */
const UNUSED: readonly string[] = [];

let localAws: LocalAws;
beforeAll(async () => {
  localAws = await startLocalAws({ tasks: 'simulated', validateResponses: true });
});
afterAll(() => localAws.close());

describe('the corpus', () => {
  it('has at least sixty definitions, which use all members that there are but those that are listed', () => {
    const used = membersOf(taskDefinitionShape(), ...[...CORPUS.values()].map(({ value }) => value));
    const all = membersOf();
    expect(CORPUS.size).toBeGreaterThanOrEqual(60);
    expect([...all].filter((member) => !used.has(member))).toEqual(UNUSED);
    expect(UNUSED.length).toBeLessThan(all.size * 0.05);
  });
});

describe.each([...CORPUS])('%s', (_name, { value }) => {
  it('breaks no rule', () => {
    expect(lint(value, taskDefinitionShape(), { unknownFields: 'error', allow: [] })).toEqual([]);
  });

  it('comes back from local-aws with nothing lost, and is not registered a second time', () => comesBack(value));
});

/** Texts as people write them and as nobody would, in the members that take any. */
const TEXTS = fc.record({
  environment: fc.uniqueArray(fc.record({ name: fc.stringMatching(/^[A-Z][A-Z_]{0,9}$/), value: fc.string() }), {
    selector: ({ name }) => name,
    maxLength: 4,
  }),
  dockerLabels: fc.dictionary(fc.stringMatching(/^[a-z.]{1,12}$/), fc.string({ unit: 'grapheme' }), { maxKeys: 3 }),
  command: fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { maxLength: 3 }),
});

describe('any definition', () => {
  it('comes back with nothing lost, whatever its texts are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...CORPUS.values()), TEXTS, async ({ value }, texts) => {
        const [first = {}, ...others] = objectsIn(value['containerDefinitions']);
        const changed = { ...value, containerDefinitions: [{ ...first, ...texts }, ...others] };
        fc.pre(lint(changed, taskDefinitionShape(), { unknownFields: 'error', allow: [] }).length === 0);
        await comesBack(changed);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});

async function comesBack(value: JsonObject): Promise<void> {
  const credentials = async () => ({ accessKeyId: 'AKIATEST', secretAccessKey: 'not a secret' });
  const configuration = { ...awsConfiguration('eu-central-1', {}), endpoint: localAws.endpoint, credentials };
  const definitions = createTaskDefinitions(configuration);
  const registered = await definitions.register(value);
  const described = await definitions.describe(registered.family);
  const again = cleanDefinition(described?.definition ?? {}, taskDefinitionOutputOnly()).value;
  expect({ lost: lostIn(value, again), diff: diffDefinitions(again, value) }).toEqual({ lost: [], diff: [] });
  expect(described && sameRevision(value, described)).toBe(true);
  const third = await definitions.register(again);
  expect(sameRevision(value, third)).toBe(true);
}
