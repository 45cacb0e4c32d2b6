import { RuleViolation } from '../kernel/rule-violation.js';

/** How Standard Webhooks 1.0 writes a symmetric secret ("Signature scheme"): this prefix, then the key as base64. */
export const SECRET_PREFIX = 'whsec_';

/** A key's size in bytes. Source: Standard Webhooks 1.0, "Signature scheme". */
export const KEY_BYTES = { least: 24, most: 64 } as const;

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** @throws RuleViolation signing_secret_invalid, whose message doesn't hold the secret */
export function checkSigningSecret(secret: string): string {
  const encoded = secret.startsWith(SECRET_PREFIX) ? secret.slice(SECRET_PREFIX.length) : undefined;
  if (encoded === undefined || !BASE64.test(encoded) || !hasSize(encoded)) {
    throw new RuleViolation(
      'signing_secret_invalid',
      `The signing secret is not of the form ${SECRET_PREFIX} and base64 of ${KEY_BYTES.least} to ${KEY_BYTES.most} bytes (Standard Webhooks 1.0); give one that is, or let one be made.`,
      '/secret',
    );
  }
  return secret;
}

function hasSize(base64: string): boolean {
  const bytes = (base64.length / 4) * 3 - (/=*$/.exec(base64)?.[0].length ?? 0);
  return bytes >= KEY_BYTES.least && bytes <= KEY_BYTES.most;
}
