import { hash, randomInt } from 'node:crypto';

const COUNT = 10;
const LENGTH = 10;
/** Crockford's base32: no two characters that are read for one another. Ten of them have 50 random bits. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** New codes, to be shown once, in the form xxxxx-xxxxx, and the hashes that are kept of them. */
export function newRecoveryCodes(): { codes: readonly string[]; hashes: readonly string[] } {
  const plain = Array.from({ length: COUNT }, () =>
    Array.from({ length: LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join(''),
  );
  return {
    codes: plain.map((code) => `${code.slice(0, 5)}-${code.slice(5)}`),
    hashes: plain.map((code) => hash('sha256', code, 'hex')),
  };
}

/** The hash of a code as somebody typed it; what Crockford takes for the same character is the same here. */
export function recoveryCodeSha256(typed: string): string {
  const code = typed.toLowerCase().replace(/[\s-]/g, '').replace(/o/g, '0').replace(/[il]/g, '1');
  return hash('sha256', code, 'hex');
}
