import type { RequestHeaders } from '../../domain/webhook-action/request-headers.js';
import { isOfFeed } from '../../domain/webhook-action/webhook-action.js';
import { klaviyoHeaders, standardSignatures } from './signatures.js';

const USER_AGENT = 'hookledger';

export interface AttemptIds {
  deliveryId: string;
  actionId: string;
  flowId: string;
}

export interface Signing {
  /** The secrets that sign at this time, the newest first; without any, nothing is signed. */
  secrets: readonly string[];
  /** Whether the newest one signs in the way of Klaviyo's system webhooks as well. */
  klaviyo: boolean;
}

/**
 * The headers of one attempt: the action's own and those that hookledger sets. `webhook-id` is the delivery's id and the
 * same on every attempt, so that a receiver can drop doubles; `webhook-timestamp` is the attempt's time in seconds, and
 * signed together with both, so that nobody can send the request again later.
 * Sources: Klaviyo's `X-Klaviyo-Flow-ID`; Standard Webhooks 1.0, "Webhook headers".
 */
export function attemptHeaders(
  own: RequestHeaders,
  { deliveryId, actionId, flowId }: AttemptIds,
  epochMs: number,
  body: string,
  { secrets, klaviyo }: Signing,
): Record<string, string> {
  const timestamp = Math.floor(epochMs / 1000);
  const headers: Record<string, string> = {
    ...own,
    'content-type': 'application/json',
    'user-agent': USER_AGENT,
    // What the outbound feed tells comes from no flow.
    ...(isOfFeed(actionId, flowId) ? {} : { 'x-klaviyo-flow-id': flowId }),
    'webhook-id': deliveryId,
    'webhook-timestamp': String(timestamp),
  };
  const [newest] = secrets;
  if (newest === undefined) return headers;
  headers['webhook-signature'] = standardSignatures(secrets, deliveryId, timestamp, body);
  return klaviyo ? { ...headers, ...klaviyoHeaders(newest, actionId, timestamp, body) } : headers;
}
