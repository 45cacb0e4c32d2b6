import { hash, randomBytes } from 'node:crypto';

/** `<user id>.<secret, 43 characters>`: links of invitations and for passwords, and sessions. */
const FORM = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([A-Za-z0-9_-]{43})$/;

/** The secret has 256 random bits, so one fast hash protects it; a slow one is for passwords. */
const sha256 = (secret: string): string => hash('sha256', secret, 'hex');

/** A new token, for one user. Only its hash is kept. */
export function newToken(userId: string): { token: string; sha256: string } {
  const secret = randomBytes(32).toString('base64url');
  return { token: `${userId}.${secret}`, sha256: sha256(secret) };
}

/** What a token says; undefined where it is none. */
export function readToken(token: string): { userId: string; sha256: string } | undefined {
  const [, userId, secret] = FORM.exec(token) ?? [];
  return userId === undefined || secret === undefined ? undefined : { userId, sha256: sha256(secret) };
}
