import { readFileSync } from 'node:fs';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';

/**
 * How every connection to a receiver is secured: TLS 1.2 or newer, and a certificate by an authority that is well known or
 * given. To be made once: reading all the authorities takes milliseconds.
 *
 * @param extraCa path of a PEM file with certificate authorities to trust beside the well-known ones
 */
export function trustedContext(extraCa?: string): SecureContext {
  return createSecureContext({
    minVersion: 'TLSv1.2',
    ca: extraCa === undefined ? [...rootCertificates] : [...rootCertificates, readFileSync(extraCa, 'utf8')],
  });
}
