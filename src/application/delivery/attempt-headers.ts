import type { RequestHeaders } from '../../domain/webhook-action/request-headers.js';

const USER_AGENT = 'hookledger';

/**
 * The headers of one attempt: the action's own and those that hookledger sets. `webhook-id` is the delivery's id and the
 * same on every attempt, so that a receiver can drop doubles; `webhook-timestamp` is the attempt's time in seconds.
 * Sources: Klaviyo's `X-Klaviyo-Flow-ID`; Standard Webhooks 1.0, "Webhook headers".
 */
export function attemptHeaders(
  own: RequestHeaders,
  deliveryId: string,
  flowId: string,
  epochMs: number,
): Record<string, string> {
  return {
    ...own,
    'content-type': 'application/json',
    'user-agent': USER_AGENT,
    'x-klaviyo-flow-id': flowId,
    'webhook-id': deliveryId,
    'webhook-timestamp': String(Math.floor(epochMs / 1000)),
  };
}
