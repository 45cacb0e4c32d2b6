import { timingSafeEqual } from 'node:crypto';

/** Whether two digests, in hex, are the same; takes as long where they differ early as where they differ late. */
export function sameDigest(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
