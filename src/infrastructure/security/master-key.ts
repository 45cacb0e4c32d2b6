import { hkdfSync } from 'node:crypto';
import { KEY_BYTES } from './sealing.js';

/** What every other key is wrapped by. */
export interface MasterKey {
  /** 8 hex digits, to tell keys apart by; says nothing about the key. */
  id: string;
  key: Buffer;
}

/**
 * The master key of a secret text with 256 random bits in whatever spelling (`openssl rand -base64 32`): HKDF
 * (RFC 5869) gives key and id.
 */
export function masterKeyOf(secret: string): MasterKey {
  const derive = (info: string, bytes: number): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, 'hookledger master key', info, bytes));
  return { id: derive('id', 4).toString('hex'), key: derive('key', KEY_BYTES) };
}
