import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

/** A server's certificate (with what it was issued by) and its private key, both PEM: what node:https takes. */
export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
}

/** `trusted` is for localhost, 127.0.0.1 and ::1; each of the others is wrong in that one way alone. */
export type CertificateKind = 'trusted' | 'self-signed' | 'expired' | 'not-yet-valid' | 'wrong-name';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const HOUR = 3_600_000;
const LIFETIME = 7 * 24 * HOUR;

/** How far from now the validity lies that is wrong. */
const SHIFTS: Partial<Record<CertificateKind, number>> = { expired: -LIFETIME - 2 * HOUR, 'not-yet-valid': 2 * HOUR };

const LOOPBACK_NAMES: x509.JsonGeneralNames = [
  { type: 'dns', value: 'localhost' },
  { type: 'ip', value: '127.0.0.1' },
  { type: 'ip', value: '::1' },
];
const OTHER_NAMES: x509.JsonGeneralNames = [{ type: 'dns', value: 'somewhere-else.example' }];

/** A certificate authority made on the spot, so that receivers on this machine are as real as any: TLS is verified. */
export class CertificateAuthority {
  readonly #keys: webcrypto.CryptoKeyPair;
  readonly #certificate: x509.X509Certificate;
  readonly #issued = new Map<CertificateKind, Promise<ServerCertificate>>();
  /** The authority's certificate, PEM: what a client has to trust. */
  readonly pem: string;

  private constructor(keys: webcrypto.CryptoKeyPair, certificate: x509.X509Certificate) {
    this.#keys = keys;
    this.#certificate = certificate;
    this.pem = pemFile(certificate);
  }

  static async create(): Promise<CertificateAuthority> {
    const keys = await newKeys();
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      name: 'CN=hookledger test authority',
      keys,
      signingAlgorithm: ALGORITHM,
      ...validity(),
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    return new CertificateAuthority(keys, certificate);
  }

  /** Issued once a kind, then the same one again. */
  certificate(kind: CertificateKind = 'trusted'): Promise<ServerCertificate> {
    let issued = this.#issued.get(kind);
    if (issued === undefined) {
      issued = this.#issue(kind);
      this.#issued.set(kind, issued);
    }
    return issued;
  }

  async #issue(kind: CertificateKind): Promise<ServerCertificate> {
    const keys = await newKeys();
    const subject = 'CN=hookledger test receiver';
    const common = {
      signingAlgorithm: ALGORITHM,
      ...validity(Date.now() + (SHIFTS[kind] ?? 0)),
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension(kind === 'wrong-name' ? OTHER_NAMES : LOOPBACK_NAMES),
      ],
    };
    const certificate =
      kind === 'self-signed'
        ? await x509.X509CertificateGenerator.createSelfSigned({ name: subject, keys, ...common })
        : await x509.X509CertificateGenerator.create({
            subject,
            issuer: this.#certificate.subject,
            publicKey: keys.publicKey,
            signingKey: this.#keys.privateKey,
            ...common,
          });
    const key = x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
    return { cert: pemFile(certificate), key: `${key}\n` };
  }
}

/** From an hour ago, so that clocks that disagree a little do no harm. */
function validity(now = Date.now()): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(now - HOUR), notAfter: new Date(now + LIFETIME) };
}

const newKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

const pemFile = (certificate: x509.X509Certificate): string => `${certificate.toString('pem')}\n`;
