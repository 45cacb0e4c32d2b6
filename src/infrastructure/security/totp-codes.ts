import { Secret, TOTP } from 'otpauth';
import type { OneTimeCodes } from '../../application/ports/one-time-codes.js';

/** What every authenticator app can do, and some do nothing else. Source: RFC 6238, and Google's key URI format. */
const COMMON = { algorithm: 'SHA1', digits: 6, period: 30 } as const;

/** Steps of drift allowed either way: clocks differ, and typing takes time. Source: RFC 6238, section 5.2. */
const WINDOW = 1;

/** As long as the hash. Source: RFC 4226, section 4, R6. */
const SECRET_BYTES = 20;

export class TotpCodes implements OneTimeCodes {
  newSecret(): string {
    return new Secret({ size: SECRET_BYTES }).base32;
  }

  stepOf(secret: string, code: string, atMs: number): number | undefined {
    if (!/^\d{6}$/.test(code)) return undefined;
    const totp = new TOTP({ ...COMMON, secret: Secret.fromBase32(secret) });
    const delta = totp.validate({ token: code, timestamp: atMs, window: WINDOW });
    return delta === null ? undefined : TOTP.counter({ period: COMMON.period, timestamp: atMs }) + delta;
  }

  url(secret: string, email: string, issuer: string): string {
    return new TOTP({ ...COMMON, secret: Secret.fromBase32(secret), label: email, issuer }).toString();
  }
}
