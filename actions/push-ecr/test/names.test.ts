import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { splitList } from '@slipway/runtime';
import { parseImageName } from '../src/image-name.js';
import { definition } from '../src/inputs.js';
import { otherRegistriesOf } from '../src/other-registry.js';
import { assertEachOnce, inEach, labelOf, placesOf } from '../src/places.js';
import { chooseSource, type SourceInputs } from '../src/source-order.js';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const OTHER = `sha256:${'b'.repeat(64)}`;
const ROLE = 'arn:aws:iam::210987654321:role/push';
const NOTHING: SourceInputs = { 'oci-layout': undefined, image: undefined, source: undefined, digest: undefined };

describe('parseImageName', () => {
  it.each([
    ['shop/web', { repository: 'shop/web' }],
    [`shop/web@${DIGEST}`, { repository: 'shop/web', digest: DIGEST }],
    ['registry.example.com/org/app:1.2', { host: 'registry.example.com', repository: 'org/app', tag: '1.2' }],
    ['localhost/app', { host: 'localhost', repository: 'app' }],
    [`127.0.0.1:5000/app:v1@${DIGEST}`, { host: '127.0.0.1:5000', repository: 'app', tag: 'v1', digest: DIGEST }],
    ['docker.io/redis', { host: 'registry-1.docker.io', repository: 'library/redis' }],
    ['index.docker.io/org/app', { host: 'registry-1.docker.io', repository: 'org/app' }],
  ])('reads %s', (text, name) => {
    expect(parseImageName(text)).toEqual(name);
  });

  it.each([
    '',
    'Shop',
    '../web',
    'shop/web:',
    'shop/web@sha256:1',
    `a@${DIGEST}@${DIGEST}`,
    'https://registry.example.com/a',
    'a:b:c',
  ])('refuses %j', (text) => {
    expect(parseImageName(text)).toBeUndefined();
  });

  it('reads any text or none, and what it reads is one', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'aZ0._-/:@'), maxLength: 40 }), (text) => {
        const name = parseImageName(text);
        if (name && name.host === undefined) {
          const { repository, tag, digest } = name;
          expect(`${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`).toBe(
            text,
          );
        }
      }),
    );
  });
});

describe('chooseSource', () => {
  it('takes the layout, or the digest of a registry', () => {
    const layout = { ...NOTHING, 'oci-layout': '/image', digest: DIGEST };
    expect(chooseSource(layout)).toEqual({ kind: 'layout', directory: '/image', digest: DIGEST });
    const source = `registry.example.com/org/app@${DIGEST}`;
    const order = { kind: 'registry', host: 'registry.example.com', repository: 'org/app', digest: DIGEST };
    expect(chooseSource({ ...NOTHING, source })).toEqual(order);
    expect(chooseSource({ ...NOTHING, source, digest: DIGEST })).toEqual(order);
  });

  it('takes an image of the engine, which an id pins, and a name does not', () => {
    const engine = (image: string, digest?: string) => chooseSource({ ...NOTHING, image, digest });
    expect(engine('web:ci', DIGEST)).toEqual({ kind: 'engine', image: 'web:ci', digest: DIGEST });
    expect(engine(DIGEST)).toEqual({ kind: 'engine', image: DIGEST, digest: DIGEST });
    expect(engine(`web@${DIGEST}`)).toMatchObject({ image: `web@${DIGEST}`, digest: DIGEST });
    expect(engine(DIGEST, OTHER)).toMatchObject({ image: DIGEST, digest: OTHER });
  });

  it.each([
    ['nothing', {}, 'PUSH_SOURCE'],
    ['both', { 'oci-layout': '/image', source: `web@${DIGEST}` }, 'PUSH_SOURCE'],
    ['an image beside a layout', { 'oci-layout': '/image', image: 'web', digest: DIGEST }, 'PUSH_SOURCE'],
    ['a name of the engine without a digest', { image: 'web:ci' }, 'PUSH_DIGEST_MISSING'],
    ['a short id of the engine', { image: 'aaaaaaaaaaaa' }, 'PUSH_DIGEST_MISSING'],
    ['a layout without a digest', { 'oci-layout': '/image' }, 'PUSH_DIGEST_MISSING'],
    ['a tag', { source: 'web:1.0' }, 'PUSH_SOURCE_NOT_PINNED'],
    ['a tag and a digest', { source: `web:1.0@${DIGEST}` }, 'PUSH_SOURCE_NOT_PINNED'],
    ['no name', { source: '../web' }, 'PUSH_SOURCE_NOT_PINNED'],
    ['two digests', { source: `web@${DIGEST}`, digest: OTHER }, 'PUSH_DIGEST_NOT_TESTED'],
  ])('refuses %s', (_name, inputs, code) => {
    expect(() => chooseSource({ ...NOTHING, ...inputs })).toThrow(expect.objectContaining({ code }));
  });

  it('says of what arrived empty why it may have', () => {
    const hint = expect.stringContaining('may contain secret') as unknown;
    expect(() => chooseSource(NOTHING)).toThrow(expect.objectContaining({ hint }));
  });
});

describe('placesOf', () => {
  it('reads a list by comma too, where a region begins an entry and a role may have commas', () => {
    const { begins } = definition.inputs['also-push-to-ecr'];
    const role = 'arn:aws:iam::210987654321:role/push,web';
    expect(placesOf([], splitList(`eu-west-1 ${role}, eusc-de-east-1,us-isof-south-1`, begins))).toEqual([
      { roles: [] },
      { region: 'eu-west-1', roles: [role] },
      { region: 'eusc-de-east-1', roles: [] },
      { region: 'us-isof-south-1', roles: [] },
    ]);
  });

  it('puts the own place first, and gives each line its region and role', () => {
    expect(placesOf([ROLE], ['eu-west-1', `us-east-1 ${ROLE}`])).toEqual([
      { roles: [ROLE] },
      { region: 'eu-west-1', roles: [ROLE] },
      { region: 'us-east-1', roles: [ROLE] },
    ]);
    expect([labelOf('eu-west-1', []), labelOf('eu-west-1', [ROLE])]).toEqual([
      'eu-west-1',
      'eu-west-1 of 210987654321',
    ]);
  });

  it.each([['paris'], [ROLE], [`eu-west-1 ${ROLE} more`], ['eu-west-1 push']])('refuses %s', (entry) => {
    expect(() => placesOf([], [entry])).toThrow(expect.objectContaining({ code: 'PUSH_TARGET_INVALID' }));
  });

  it('refuses a place that is there twice', () => {
    expect(() => placesOf([], ['eu-west-1', 'eu-west-1'])).toThrow(/there twice/);
  });

  it('refuses an entry that is the job’s own place', () => {
    const [own, other] = [{ label: 'eu-west-1' }, { label: 'eu-west-1 of 210987654321' }];
    expect(() => assertEachOnce([own, other])).not.toThrow();
    expect(() => assertEachOnce([own, other, own])).toThrow(/'eu-west-1', which is the job's own place/);
  });
});

describe('inEach', () => {
  const targets = [{ label: 'a' }, { label: 'b' }, { label: 'c' }];
  const failing = (...labels: readonly string[]) =>
    inEach(targets, ({ label }) => {
      if (!labels.includes(label)) return Promise.resolve(label);
      // Any error of ours will do.
      return Promise.resolve().then(() => chooseSource(NOTHING) as never);
    });

  it('names the place of one failure, and all of several', async () => {
    expect(await failing()).toEqual(['a', 'b', 'c']);
    await expect(failing('b')).rejects.toMatchObject({ code: 'PUSH_SOURCE', message: expect.stringMatching(/^b: /) });
    await expect(failing('a', 'c')).rejects.toMatchObject({
      code: 'PUSH_SEVERAL_FAILED',
      message: expect.stringMatching(/^2 of 3 places failed:\n {2}- a: PUSH_SOURCE.*\n {2}- c: PUSH_SOURCE/),
    });
  });
});

describe('otherRegistriesOf', () => {
  it('gives each its own tag, or that of the image', () => {
    expect(
      otherRegistriesOf(['registry.example.com/org/app', 'docker.io/org/app:1'], '2').map(({ label }) => label),
    ).toEqual(['registry.example.com/org/app:2', 'registry-1.docker.io/org/app:1']);
  });

  it.each([
    [['org/app']],
    [[`registry.example.com/org/app@${DIGEST}`]],
    [['123456789012.dkr.ecr.eu-west-1.amazonaws.com/web']],
    [['registry.example.com/org/app', 'registry.example.com/org/app:2']],
  ])('refuses %j', (entries) => {
    expect(() => otherRegistriesOf(entries, '2')).toThrow(expect.objectContaining({ code: 'PUSH_REGISTRY_INVALID' }));
  });
});
