import type { Socket } from 'node:net';
import { checkServerIdentity, TLSSocket } from 'node:tls';

/** TlsFacts is what an encrypted connection says of itself. */
export interface TlsFacts {
  /** `TLSv1.3`. */
  readonly version: string;
  /** When the certificate ends; milliseconds since the epoch. */
  readonly validUntil: number;
  /** Who has issued the certificate: common name and organization, as far as they are there. */
  readonly issuer: readonly string[];
  /** As the certificate lists them: `DNS:shop.example, DNS:*.shop.example`. */
  readonly names: string;
  /** Whether the certificate is for a host of that name. */
  readonly covers: (name: string) => boolean;
}

/** tlsFactsOf returns what a connection says of itself; undefined of one that is not encrypted. */
export function tlsFactsOf(socket: Socket): TlsFacts | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const certificate = socket.getPeerCertificate();
  const { CN, O } = certificate.issuer;
  return {
    version: socket.getProtocol() ?? 'unknown',
    validUntil: Date.parse(certificate.valid_to),
    issuer: [CN, O].flat().filter((name) => typeof name === 'string'),
    names: certificate.subjectaltname ?? 'no name',
    covers: (name) => checkServerIdentity(name, certificate) === undefined,
  };
}
