/** The codes that an authenticator app shows. */
export interface OneTimeCodes {
  /** A new seed, in base32. */
  newSecret(): string;

  /** The time step that the code belongs to, one step of drift either way; undefined where it is wrong. */
  stepOf(secret: string, code: string, atMs: number): number | undefined;

  /** What a QR code for an authenticator app holds. */
  url(secret: string, email: string, issuer: string): string;
}
