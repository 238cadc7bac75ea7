import { isDigest, isRepositoryName, parseManifestReference, type Digest } from '@slipway/oci';

/** ImageName is an image as people write it: `registry.example.com/org/app:1.2`, `shop/web@sha256:…`. */
export interface ImageName {
  /** Host and, where there is one, port; absent when only a repository was written. */
  readonly host?: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

/** Docker Hub answers its registry's requests under another name than people write. */
const DOCKER_HUB = 'registry-1.docker.io';
const DOCKER_HUB_NAMES: readonly string[] = ['docker.io', 'index.docker.io', DOCKER_HUB];

const HOST = /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?$/;

/** parseImageName reads an image's name; undefined when it is none. */
export function parseImageName(text: string): ImageName | undefined {
  const [name = '', digest, ...more] = text.split('@');
  if (more.length > 0 || (digest !== undefined && !isDigest(digest))) return undefined;
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1);
  const tag = colon < 0 ? undefined : name.slice(colon + 1);
  if (tag !== undefined && (!parseManifestReference(tag) || isDigest(tag))) return undefined;
  const { host, repository } = splitHost(colon < 0 ? name : name.slice(0, colon));
  if (!isRepositoryName(repository) || (host !== undefined && !HOST.test(host))) return undefined;
  return {
    ...(host === undefined ? {} : { host }),
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** As Docker tells them apart: a first part with a dot or a port, and `localhost`, is a registry's. */
function splitHost(path: string): { readonly host?: string; readonly repository: string } {
  const [first = '', ...rest] = path.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  if (!isHost) return { repository: path };
  const repository = rest.join('/');
  if (!DOCKER_HUB_NAMES.includes(first)) return { host: first, repository };
  return { host: DOCKER_HUB, repository: rest.length === 1 ? `library/${repository}` : repository };
}
