/** What a registry says about an image. */
export type ImageFound =
  | {
      readonly kind: 'present';
      readonly digest: string;
      /** The commit that it was built from, where the image says (`org.opencontainers.image.revision`). */
      readonly commit?: string;
    }
  | { readonly kind: 'gone' }
  /** The registry could not be asked: another one than the account's, or no permission. */
  | { readonly kind: 'unknown'; readonly because: string };

/** Images looks up what a task definition names. It never throws: what it cannot tell is `unknown`. */
export interface Images {
  look(reference: string): Promise<ImageFound>;
}
