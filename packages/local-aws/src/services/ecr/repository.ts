import { LayoutRepository, RegistryError, type Digest, type Manifest, type OciLayout } from '@slipway/oci';

/** Whether a tag may be moved to another image. */
export type TagMutability = 'MUTABLE' | 'IMMUTABLE';

/** What a repository is made with. */
export interface NewRepository {
  readonly name: string;
  readonly arn: string;
  readonly tagMutability: TagMutability;
  readonly scanOnPush: boolean;
  readonly encryption: Encryption;
}

/** How a repository's images are encrypted; local-aws keeps the words, and encrypts nothing. */
export type Encryption =
  { readonly encryptionType: 'AES256' } | { readonly encryptionType: 'KMS'; readonly kmsKey?: string };

/** EcrRepository is a repository with what ECR knows of it besides its images. */
export class EcrRepository extends LayoutRepository {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Date = new Date();
  tagMutability: TagMutability;
  readonly scanOnPush: boolean;
  readonly encryption: Encryption;
  /** The policy as it was put; local-aws expires nothing. */
  lifecyclePolicy: { readonly text: string; readonly putAt: Date } | undefined;
  readonly #pushedAt = new Map<Digest, Date>();
  readonly #digestByTag = new Map<string, Digest>();

  constructor(layout: OciLayout, details: NewRepository) {
    super(layout);
    this.name = details.name;
    this.arn = details.arn;
    this.tagMutability = details.tagMutability;
    this.scanOnPush = details.scanOnPush;
    this.encryption = details.encryption;
  }

  /** pushedAt tells when an image was pushed last. */
  pushedAt(digest: Digest): Date {
    return this.#pushedAt.get(digest) ?? this.createdAt;
  }

  /** tagsOf lists an image's tags in alphabetical order. */
  tagsOf(digest: Digest): readonly string[] {
    return [...this.#digestByTag.keys()].filter((tag) => this.#digestByTag.get(tag) === digest).sort();
  }

  /** digests lists all images, each once, in the order of their first push. */
  digests(): readonly Digest[] {
    return [...this.#pushedAt.keys()];
  }

  /**
   * writeManifest stores an image, unless it would move a tag that may not move.
   *
   * @throws RegistryError TAG_INVALID
   */
  override async writeManifest(manifest: Manifest, tag: string | undefined): Promise<void> {
    const current = tag === undefined ? undefined : this.#digestByTag.get(tag);
    if (this.tagMutability === 'IMMUTABLE' && current !== undefined && current !== manifest.digest) {
      throw new RegistryError(
        'TAG_INVALID',
        `The image tag '${tag ?? ''}' already exists in the '${this.name}' repository and cannot be overwritten ` +
          'because the repository is immutable.',
      );
    }
    await super.writeManifest(manifest, tag);
    this.#pushedAt.set(manifest.digest, new Date());
    if (tag !== undefined) this.#digestByTag.set(tag, manifest.digest);
  }
}
