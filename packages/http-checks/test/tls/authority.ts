import { generateKeyPairSync } from 'node:crypto';
import forge from 'node-forge';

const MS_OF_DAY = 86_400_000;

/** What a certificate of a service says. */
export interface Wanted {
  /** `localhost` unless said otherwise. */
  readonly names?: readonly string[];
  /** Days from now; 90 unless said otherwise. */
  readonly endsInDays?: number;
  readonly beginsInDays?: number;
}

/** Issued is a certificate with its key, both in PEM. */
export interface Issued {
  readonly cert: string;
  readonly key: string;
}

interface KeyPair {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** Node makes keys a hundred times faster than forge does. */
function keyPair(): KeyPair {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

/** Authority issues certificates, by a root of its own that nobody knows. */
export class Authority {
  readonly #keys = keyPair();
  readonly #servicesKeys = keyPair();
  readonly #name: forge.pki.CertificateField[];
  /** The root's certificate in PEM. */
  readonly pem: string;

  constructor(organization: string) {
    this.#name = [
      { name: 'commonName', value: `${organization} Root` },
      { name: 'organizationName', value: organization },
    ];
    const root = this.#certificate(this.#keys, { beginsInDays: -100, endsInDays: 3650 });
    root.setSubject(this.#name);
    root.setExtensions([
      { name: 'basicConstraints', cA: true },
      { name: 'keyUsage', keyCertSign: true },
    ]);
    this.pem = this.#sign(root);
  }

  /** issue issues a certificate for a service. */
  issue({ names = ['localhost'], endsInDays = 90, beginsInDays = -100 }: Wanted = {}): Issued {
    const certificate = this.#certificate(this.#servicesKeys, { beginsInDays, endsInDays });
    certificate.setSubject([{ name: 'commonName', value: 'a service' }]);
    certificate.setExtensions([{ name: 'subjectAltName', altNames: names.map((value) => ({ type: 2, value })) }]);
    return { cert: this.#sign(certificate), key: this.#servicesKeys.privateKey };
  }

  #certificate({ publicKey }: KeyPair, days: Required<Omit<Wanted, 'names'>>): forge.pki.Certificate {
    const certificate = forge.pki.createCertificate();
    certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
    certificate.setIssuer(this.#name);
    certificate.validity.notBefore = new Date(Date.now() + days.beginsInDays * MS_OF_DAY);
    certificate.validity.notAfter = new Date(Date.now() + days.endsInDays * MS_OF_DAY);
    return certificate;
  }

  #sign(certificate: forge.pki.Certificate): string {
    certificate.sign(forge.pki.privateKeyFromPem(this.#keys.privateKey), forge.md.sha256.create());
    return forge.pki.certificateToPem(certificate);
  }
}
