export { BlobDirectory, type BlobWriter, type ByteRange } from './blob-directory.js';
export { collectImage, type CollectedImage } from './collect-image.js';
export { digestOf, isDigest, type Digest } from './digest.js';
export { layoutSource, registrySource, type FoundReferrer, type ImageSource } from './image-source.js';
export { OciLayout, type ImageParts } from './layout.js';
export { LayoutRepository, layoutStorage } from './layout-repository.js';
export * from './loopback.js';
export * from './manifest.js';
export { RegistryError, type RegistryErrorCode } from './registry-error.js';
export { routeOf, type RegistryRoute } from './registry-request.js';
export type { ManifestPut } from './registry-manifests.js';
export {
  createRegistryHandler,
  startRegistry,
  type RegistryHandler,
  type RegistryOptions,
  type RunningRegistry,
} from './registry-server.js';
export type { ManifestReference, RegistryStorage, StoredRepository } from './registry-storage.js';
export { isRepositoryName, parseManifestReference } from './repository-name.js';
export { pushImage, type PushedBlob, type PushOptions } from './push-image.js';
export { RegistryClient, type BlobOutcome, type BlobSource } from './registry-client.js';
export type { RegistryConnectionOptions } from './registry-connection.js';
export type { RegistryLogin } from './registry-login.js';
