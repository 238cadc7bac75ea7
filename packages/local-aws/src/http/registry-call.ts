import { RegistryError, routeOf, type RegistryRoute } from '@slipway/oci';

/** The service that requests below `/v2/` are told as, in faults and in the record. */
export const REGISTRY = 'registry';

/**
 * REGISTRY_ACTIONS are the names of what a registry is asked, each with the action of ECR that a caller has to be allowed.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
 */
export const REGISTRY_ACTIONS = {
  Ping: 'GetAuthorizationToken',
  ListTags: 'ListImages',
  ListReferrers: 'ListImageReferrers',
  HeadManifest: 'BatchGetImage',
  GetManifest: 'BatchGetImage',
  PutManifest: 'PutImage',
  HeadBlob: 'BatchCheckLayerAvailability',
  GetBlob: 'GetDownloadUrlForLayer',
  MountBlob: 'InitiateLayerUpload',
  StartUpload: 'InitiateLayerUpload',
  UploadChunk: 'UploadLayerPart',
  GetUpload: 'UploadLayerPart',
  CancelUpload: 'UploadLayerPart',
  PutBlob: 'CompleteLayerUpload',
} as const;

/** RegistryOperation is one of those names. */
export type RegistryOperation = keyof typeof REGISTRY_ACTIONS;

/** RegistryCall is a request below `/v2/`, named as an API call is. */
export interface RegistryCall {
  /** `unknown` for what is no request of a registry. */
  readonly operation: RegistryOperation | 'unknown';
  readonly repository?: string;
  /** `shop/web`, or with what of it is meant: `shop/web:1.2`, `shop/web@sha256:…`. */
  readonly resource?: string;
}

/** registryCallOf tells what a request asks of the registry. */
export function registryCallOf(method: string, url: string): RegistryCall {
  const [path = '', search = ''] = url.split('?', 2);
  try {
    return callOf(routeOf(path), method, new URLSearchParams(search));
  } catch (error) {
    if (error instanceof RegistryError) return { operation: 'unknown' };
    throw error;
  }
}

function callOf(route: RegistryRoute, method: string, query: URLSearchParams): RegistryCall {
  const digest = query.get('digest') ?? query.get('mount');
  switch (route.kind) {
    case 'ping':
      return { operation: 'Ping' };
    case 'tags':
      return named('ListTags', route.name);
    case 'referrers':
      return named('ListReferrers', route.name, route.digest);
    case 'manifest':
      return named(chosen(method, MANIFEST), route.name, route.reference);
    case 'blob':
      return named(chosen(method, BLOB), route.name, route.digest);
    case 'uploads':
      if (query.has('mount')) return named('MountBlob', route.name, digest);
      return named(query.has('digest') ? 'PutBlob' : 'StartUpload', route.name, digest);
    case 'upload':
      return named(chosen(method, UPLOAD), route.name, digest);
  }
}

type ByMethod = Readonly<Record<string, RegistryOperation>>;

const MANIFEST: ByMethod = { HEAD: 'HeadManifest', GET: 'GetManifest', PUT: 'PutManifest' };
const BLOB: ByMethod = { HEAD: 'HeadBlob', GET: 'GetBlob' };
const UPLOAD: ByMethod = { PATCH: 'UploadChunk', PUT: 'PutBlob', GET: 'GetUpload', DELETE: 'CancelUpload' };

function chosen(method: string, operations: ByMethod): RegistryCall['operation'] {
  return operations[method] ?? 'unknown';
}

function named(operation: RegistryCall['operation'], repository: string, what?: string | null): RegistryCall {
  if (!what) return { operation, repository, resource: repository };
  return { operation, repository, resource: `${repository}${what.includes(':') ? '@' : ':'}${what}` };
}
