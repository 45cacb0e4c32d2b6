import { hash } from 'node:crypto';

/** The namespace under which all of hookledger's name-based ids stand. */
const NAMESPACE = Buffer.from('6f1f3f0c2a7b5b6e9d0e4c8a1b2d3e4f', 'hex').toString('latin1');

/**
 * A name-based UUID (RFC 9562, section 5.5) of the given parts. The same parts give the same id on every machine, and the
 * parts' borders count: ('a', 'bc') and ('ab', 'c') differ.
 */
export function uuidV5(...parts: readonly string[]): string {
  const name = Buffer.from(JSON.stringify(parts), 'utf8').toString('latin1');
  const digest = hash('sha1', Buffer.from(NAMESPACE + name, 'latin1'), 'hex');
  const variant = ((Number.parseInt(digest.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}
