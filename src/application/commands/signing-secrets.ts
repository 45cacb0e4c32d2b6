import { randomBytes } from 'node:crypto';
import { webhookAction, webhookActionStream } from '../../domain/webhook-action/webhook-action.js';
import type { UnitOfWork } from '../aggregate-store.js';
import { newSigningSecret } from '../delivery/signatures.js';

/** What a rotation of a signing secret answers. */
export interface NewSigningSecret {
  keyId: string;
  /** Shown once. */
  secret: string;
  /** Until when the former one signs too; ISO 8601, UTC. */
  overlapUntil: string;
}

/** Standard Webhooks asks for 24 to 64 bytes. */
const SECRET_BYTES = 32;

/** How long the former signing secret signs beside the new one unless said otherwise; milliseconds. */
export const DEFAULT_OVERLAP_MS = 24 * 3_600_000;

export const randomSecret = (): string => newSigningSecret(randomBytes(SECRET_BYTES));

export async function rotateSecret(
  work: UnitOfWork,
  actionId: string,
  { keyId, secret }: { keyId: string; secret: string },
  overlapMs: number,
): Promise<NewSigningSecret> {
  const command = { type: 'RotateSigningSecret', keyId, secret, at: work.time, overlapMs } as const;
  await work.decide(webhookAction, webhookActionStream(actionId), command);
  return { keyId, secret, overlapUntil: new Date(Date.parse(work.time) + overlapMs).toISOString() };
}
