import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildArguments, labelsOf, revisionOf, secretLookingNames, versionOf, type BuildOrder } from '../src/plan.js';
import { makeSetting } from './setting.js';

const setting = await makeSetting();
await setting.close();

function order(change: Partial<BuildOrder['inputs']> = {}, destination?: BuildOrder['destination']): BuildOrder {
  return {
    inputs: { ...setting.context.inputs, context: '/w/app', ...change },
    labels: { a: 'b=c' },
    file: '/w/app/Dockerfile',
    destination: destination ?? { kind: 'engine', reference: '127.0.0.1:1/x:image', idFile: '/t/id' },
  };
}

describe('buildArguments', () => {
  it('loads the image into an engine that cannot export', () => {
    expect(buildArguments(order())).toEqual([
      ...['buildx', 'build', '--progress=plain', '--provenance=false', '--sbom=false'],
      ...['--load', '--tag=127.0.0.1:1/x:image', '--iidfile=/t/id'],
      ...['--file=/w/app/Dockerfile', '--label=a=b=c', '--', '/w/app'],
    ]);
  });

  it('has a builder that can export write the layout', () => {
    const args = buildArguments(order({}, { kind: 'layout', directory: '/t/out', metadataFile: '/t/meta.json' }));
    expect(args).toContain('--output=type=oci,dest=/t/out,tar=false');
    expect(args).toContain('--metadata-file=/t/meta.json');
    expect(args).not.toContain('--load');
  });

  it('quotes a folder whose name would end a CSV field', () => {
    const args = buildArguments(order({}, { kind: 'layout', directory: '/t/a,b"c', metadataFile: '/m' }));
    expect(args).toContain('--output=type=oci,"dest=/t/a,b""c",tar=false');
  });

  it('passes everything that was asked for', () => {
    const args = buildArguments(
      order({ target: 'final', builder: 'mine', 'no-cache': true, pull: true, 'build-args': { VERSION: '1=2' } }),
    );
    for (const arg of ['--target=final', '--builder=mine', '--no-cache', '--pull', '--build-arg=VERSION=1=2']) {
      expect(args).toContain(arg);
    }
  });

  it('never turns a value into an option of its own', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.string()), (map) => {
        const plain = buildArguments({ ...order(), labels: {} });
        const args = buildArguments({ ...order({ 'build-args': map }), labels: map });
        const added = args.filter((arg) => !plain.includes(arg));
        expect(added.every((arg) => arg.startsWith('--label=') || arg.startsWith('--build-arg='))).toBe(true);
        expect(args).toHaveLength(plain.length + 2 * Object.keys(map).length);
      }),
    );
  });
});

describe('revisionOf', () => {
  const sha = 'a'.repeat(40);
  const head = 'b'.repeat(40);
  const event = { pull_request: { head: { sha: head } } };

  it.each([
    ['push', event, sha],
    ['pull_request', event, head],
    ['pull_request_review', event, head],
    ['pull_request', { pull_request: { head: { sha: 'not a commit' } } }, sha],
    ['pull_request', undefined, sha],
    ['pull_request', 'text', sha],
  ])('of %s', (eventName, given, expected) => {
    expect(revisionOf({ eventName, sha }, given)).toBe(expected);
  });
});

describe('versionOf', () => {
  it.each([
    ['1.2.3', 'a'.repeat(40), '1.2.3'],
    [undefined, '0123456789abcdef', '0123456789ab'],
    [undefined, undefined, 'dev'],
  ])('of %s and %s', (asked, revision, expected) => {
    expect(versionOf(asked, revision)).toBe(expected);
  });
});

describe('labelsOf', () => {
  it('names revision, source and version, and lets the user win', () => {
    const github = { repository: 'o/r', serverUrl: 'https://github.example' };
    expect(
      labelsOf({ revision: 'abc', version: '1' }, github, { 'org.opencontainers.image.version': '2', x: 'y' }),
    ).toEqual({
      'org.opencontainers.image.revision': 'abc',
      'org.opencontainers.image.source': 'https://github.example/o/r',
      'org.opencontainers.image.version': '2',
      x: 'y',
    });
  });

  it('leaves out what is not known', () => {
    const github = { repository: undefined, serverUrl: 'https://github.com' };
    expect(labelsOf({ revision: undefined, version: 'dev' }, github, {})).toEqual({
      'org.opencontainers.image.version': 'dev',
    });
  });
});

describe('secretLookingNames', () => {
  it('finds whole words only', () => {
    const names = ['NPM_TOKEN', 'db_password', 'API_KEY', 'TOKENIZER', 'VERSION', 'SECRETARY'];
    expect(secretLookingNames(Object.fromEntries(names.map((name) => [name, 'x'])))).toEqual([
      ...['NPM_TOKEN', 'db_password', 'API_KEY'],
    ]);
  });
});
