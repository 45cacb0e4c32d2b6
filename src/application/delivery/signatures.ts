import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { KEY_BYTES, SECRET_PREFIX } from '../../domain/webhook-action/signing-secret.js';

/** How many keys are kept decoded; a worker signs for far fewer actions at a time. */
const MOST_KEYS = 1_000;

const keys = new Map<string, KeyObject>();

/** @param random 24 to 64 bytes from a cryptographic source */
export function newSigningSecret(random: Buffer): string {
  if (random.length < KEY_BYTES.least || random.length > KEY_BYTES.most) {
    throw new RangeError(`A signing key has ${KEY_BYTES.least} to ${KEY_BYTES.most} bytes, not ${random.length}.`);
  }
  return SECRET_PREFIX + random.toString('base64');
}

/**
 * `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`.
 * Source: Standard Webhooks 1.0, "Signature scheme".
 */
export function standardSignature(secret: string, id: string, timestampSeconds: number, body: string): string {
  const mac = createHmac('sha256', keyOf(secret)).update(`${id}.${timestampSeconds}.`).update(body, 'utf8');
  return `v1,${mac.digest('base64')}`;
}

/** One signature by each secret, with a space between them: a receiver that knows any of the secrets finds its own. */
export function standardSignatures(
  secrets: readonly string[],
  id: string,
  timestampSeconds: number,
  body: string,
): string {
  return secrets.map((secret) => standardSignature(secret, id, timestampSeconds, body)).join(' ');
}

/**
 * The headers of Klaviyo's system webhooks: the hexadecimal HMAC-SHA256 over the body and, right behind it, the timestamp as
 * its header has it. The key is the secret's text itself, `whsec_` included. Klaviyo's page "Working with system webhooks"
 * names the headers and shows a signature of 64 hexadecimal digits; `Klaviyo-Webhook-Id` names the webhook, not the single
 * request. How it writes the time is not said; here it is in seconds, as in `webhook-timestamp`.
 */
export function klaviyoHeaders(
  secret: string,
  webhookId: string,
  timestampSeconds: number,
  body: string,
): Record<'klaviyo-signature' | 'klaviyo-timestamp' | 'klaviyo-webhook-id', string> {
  const timestamp = String(timestampSeconds);
  return {
    'klaviyo-signature': createHmac('sha256', secret).update(body, 'utf8').update(timestamp).digest('hex'),
    'klaviyo-timestamp': timestamp,
    'klaviyo-webhook-id': webhookId,
  };
}

/** Decoded once: signing is on the way of every request. */
function keyOf(secret: string): KeyObject {
  const known = keys.get(secret);
  if (known !== undefined) return known;
  const key = createSecretKey(Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64'));
  const [oldest] = keys.keys();
  if (keys.size >= MOST_KEYS && oldest !== undefined) keys.delete(oldest);
  keys.set(secret, key);
  return key;
}
