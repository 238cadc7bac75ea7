import { X509Certificate } from 'node:crypto';

/** TlsTrust is whose certificates are taken, and for which name. */
export interface TlsTrust {
  /** PEM of the root certificates that are trusted, in place of those that Node knows. */
  readonly ca?: string;
  /** What the service is asked as where the base URL has another name, such as a load balancer's. */
  readonly serverName?: string;
}

const CERTIFICATES = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** caProblem tells why a text holds no certificates to trust, or undefined. */
export function caProblem(text: string): string | undefined {
  if (text.includes('PRIVATE KEY'))
    return 'holds a private key, which is nobody else’s to have: only certificates belong here';
  const found = text.match(CERTIFICATES) ?? [];
  if (found.length === 0) return "must be one or more certificates in PEM: '-----BEGIN CERTIFICATE-----' and so on";
  const broken = found.findIndex((pem) => !isCertificate(pem));
  return broken === -1 ? undefined : `holds a certificate that cannot be read, the ${broken + 1}. of ${found.length}`;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
