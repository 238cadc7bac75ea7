/** What a deployment tells of itself while it goes. Nothing of it is waited for, and nothing of it fails. */
export interface Announcement {
  /** It has begun, with this revision (`web:42`) and the digest of its image, where the revision names one. */
  begun(taskDefinition: string, digest: string | undefined): void;
  /** It has come to a further stage. */
  stage(text: string): void;
}
