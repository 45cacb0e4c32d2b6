import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256's key size. */
export const KEY_BYTES = 32;

/**
 * AES-256-GCM (NIST SP 800-38D). The initialisation vector is a keyed hash of context and text, so that no two texts ever
 * share one under a key, and the same text in the same place is sealed the same: read models built twice are alike.
 *
 * @param context where the sealed text belongs; opened anywhere else it is refused
 * @returns base64url of vector, sealed text and tag
 */
export function seal(key: Buffer, context: string, text: string): string {
  const iv = createHmac('sha256', key).update(`${context}\0${text}`).digest().subarray(0, IV_BYTES);
  const cipher = createCipheriv(CIPHER, key, iv).setAAD(Buffer.from(context));
  return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url');
}

/** @throws Error where the key is another one, the text was changed, or it belongs to another place */
export function open(key: Buffer, context: string, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64url');
  const end = bytes.length - TAG_BYTES;
  if (end < IV_BYTES) throw new Error('The sealed text is too short to be one.');
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, IV_BYTES))
    .setAAD(Buffer.from(context))
    .setAuthTag(bytes.subarray(end));
  return decipher.update(bytes.subarray(IV_BYTES, end), undefined, 'utf8') + decipher.final('utf8');
}
