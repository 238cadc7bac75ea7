import { describe, expect, it } from '@jest/globals';
import type { Context } from '../src/ports.js';
import type { PreflightPorts } from '../src/preflight.js';
import { tellPromoted } from '../src/promoted.js';

const digestOf = (letter: string): string => `sha256:${letter.repeat(64)}`;
const IMAGE = { repositoryUri: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop/web', digest: digestOf('a') };
const LABEL = 'org.opencontainers.image.version';
const REVISION = 'org.opencontainers.image.revision';
const COMMIT = 'c'.repeat(40);

const MANIFEST = { config: { digest: digestOf('c') } };
const INDEX = {
  manifests: [
    { digest: digestOf('e'), platform: { os: 'unknown', architecture: 'unknown' } },
    { digest: digestOf('b'), platform: { os: 'linux', architecture: 'arm64' } },
  ],
};
const configWith = (labels: object | undefined) => ({ config: { Labels: labels } });

/** The outputs, when the repository shop/web holds these manifests and the config c. */
async function told(manifests: Readonly<Record<string, object>>, config: object | undefined) {
  const outputs: Record<string, string> = {};
  const said: string[] = [];
  const ports = {
    ecr: {
      manifest: (repository: string, image: { digest: string }) => {
        const found = repository === 'shop/web' ? manifests[image.digest] : undefined;
        return Promise.resolve(found && { digest: image.digest, text: JSON.stringify(found) });
      },
    },
    readImageConfig: (_repository: string, digest: string) =>
      config && digest === digestOf('c')
        ? Promise.resolve(Buffer.from(JSON.stringify(config)))
        : Promise.reject(new Error('denied')),
  } as unknown as PreflightPorts;
  const context = {
    setOutput: (name: string, value: string) => (outputs[name] = value),
    log: { info: (text: string) => said.push(text) },
  } as unknown as Context;
  await tellPromoted(context, ports, IMAGE);
  return { outputs, said };
}

describe('tellPromoted', () => {
  it.each([
    ['an image for one platform', { [digestOf('a')]: MANIFEST }],
    ['an index', { [digestOf('a')]: INDEX, [digestOf('b')]: MANIFEST }],
  ])('names the image, and the version that %s says of itself', async (_title, manifests) => {
    const { outputs } = await told(manifests, configWith({ [LABEL]: '1.4.2', [REVISION]: COMMIT }));
    expect(outputs).toEqual({
      'source-image': `${IMAGE.repositoryUri}@${IMAGE.digest}`,
      'source-version': '1.4.2',
      'source-revision': COMMIT,
    });
  });

  it.each([
    ['says none', configWith(undefined)],
    ['says what is no tag', configWith({ [LABEL]: 'a version, of sorts', [REVISION]: 'main' })],
    ['cannot be read', undefined],
  ])('takes a part of the digest when the image %s', async (_title, config) => {
    const { outputs, said } = await told({ [digestOf('a')]: MANIFEST }, config);
    expect(outputs).toMatchObject({ 'source-version': 'digest-aaaaaaaaaaaa', 'source-revision': '' });
    expect(said.join()).toMatch(config === undefined ? /could not be read: denied/ : /^$/);
  });

  it('takes a part of the digest of an image that the registry does not hold', async () => {
    expect((await told({}, undefined)).outputs['source-version']).toBe('digest-aaaaaaaaaaaa');
  });
});
