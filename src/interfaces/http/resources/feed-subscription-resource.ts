import { z } from 'zod';
import { FEED_EVENT_TYPES } from '../../../domain/feed/feed-events.js';
import type { SubscriptionView } from '../../../projections/feed/feed-queries.js';
import type { Resource } from '../json-api.js';
import { time } from '../schemas/answers.js';

export const feedSubscriptionAttributes = z.object({
  name: z.string(),
  url: z.string(),
  headers: z.record(z.string(), z.string()).describe('The values are partially hashed'),
  events: z.array(z.enum(FEED_EVENT_TYPES)),
  flow_ids: z.array(z.string()).nullable().describe('Told of these flows; of all where action_ids is null too'),
  action_ids: z.array(z.string()).nullable().describe('Told of these actions; of all where flow_ids is null too'),
  status: z.enum(['live', 'suspended']),
  reason: z.string().nullable().describe('Why it was suspended'),
  created: time,
  updated: time,
});

export const FEED_SUBSCRIPTION_FIELDS = Object.keys(feedSubscriptionAttributes.shape);

export function feedSubscriptionResource(subscription: SubscriptionView): Resource {
  const { subscriptionId, name, url, headers, events, flowIds, actionIds, status, reason } = subscription;
  const attributes: z.infer<typeof feedSubscriptionAttributes> = {
    name,
    url,
    headers,
    events: [...events],
    flow_ids: flowIds && [...flowIds],
    action_ids: actionIds && [...actionIds],
    // It is made live or not at all, and the engine alone stops it.
    status: status === 'suspended' ? 'suspended' : 'live',
    reason,
    created: subscription.createdAt,
    updated: subscription.updatedAt,
  };
  return {
    type: 'feed-subscription',
    id: subscriptionId,
    attributes,
    path: `/api/hookledger/feed-subscriptions/${subscriptionId}`,
  };
}
