/** CredentialScope is what a signature says about itself: who signed, for which region and service. */
export interface CredentialScope {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

const CREDENTIAL = /^AWS4-\S+\s.*Credential=([^/,\s]+)\/\d{8}\/([^/,\s]+)\/([^/,\s]+)\/aws4_request/;

/**
 * parseCredentialScope reads the Authorization header of a signed call; undefined when there is none, or another
 * kind. The signature itself is not verified: whoever reaches the loopback address is trusted, as one's own shell is.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function parseCredentialScope(authorization: string | undefined): CredentialScope | undefined {
  const [, accessKeyId, region, service] = CREDENTIAL.exec(authorization ?? '') ?? [];
  return accessKeyId && region && service ? { accessKeyId, region, service } : undefined;
}
