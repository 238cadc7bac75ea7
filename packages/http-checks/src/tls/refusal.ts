import { messageOf } from '@slipway/core';
import { snippet } from '../snippet.js';

/** How Node and OpenSSL say whose signature is missing. */
const UNTRUSTED: ReadonlySet<string> = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);
/** OpenSSL's reasons, which Node gives as a code or within the message of an EPROTO, by its version. */
const TOO_OLD = /unsupported[ _]protocol|alert[ _]protocol[ _]version/i;
const NO_TLS = /wrong[ _]version[ _]number|packet[ _]length[ _]too[ _]long|record[ _]layer[ _]failure/i;
const OF_OPENSSL = /^(?:EPROTO$|ERR_SSL_)/;

/** tlsRefusal tells which part of the encryption a request failed for, or undefined when it was another. */
export function tlsRefusal(error: unknown): string | undefined {
  const { code, host, cert } = (error ?? {}) as Refused;
  if (code === undefined) return undefined;
  if (UNTRUSTED.has(code)) {
    return "the certificate comes from an authority that is not trusted here, or the service does not send the whole chain: 'tls.ca' of the suite can name the authority";
  }
  if (OF_OPENSSL.test(code)) return handshakeProblem(`${code} ${messageOf(error)}`);
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return 'the certificate, or one of its chain, has expired';
    case 'CERT_NOT_YET_VALID':
      return 'the certificate, or one of its chain, is not valid yet';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `the certificate is for ${snippet(cert?.subjectaltname ?? 'no name')}, and not for '${host ?? ''}': 'tls.server-name' of the suite can name what the service is asked as`;
    default:
      return undefined;
  }
}

function handshakeProblem(why: string): string {
  if (TOO_OLD.test(why)) return 'the service speaks only a TLS older than 1.2';
  if (NO_TLS.test(why)) return 'the service does not speak TLS on this port';
  return `no encrypted connection came about: ${snippet(why)}`;
}

interface Refused {
  readonly code?: string;
  readonly host?: string;
  readonly cert?: { readonly subjectaltname?: string };
}
