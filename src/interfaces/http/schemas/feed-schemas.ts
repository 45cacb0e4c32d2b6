import { z } from 'zod';
import { FEED_EVENT_TYPES } from '../../../domain/feed/feed-events.js';
import { MOST_IN_SCOPE } from '../../../domain/feed/feed-scope.js';
import { document, existing, nameField, resource } from './fields.js';
import { requestHeaders } from './request-headers.js';
import { withExample } from './with-example.js';

const events = z.array(z.enum(FEED_EVENT_TYPES)).min(1).describe('What it is told of');

const ids = (kinds: string) =>
  z
    .array(z.string())
    .min(1, { error: `Name at least one, or give null for all ${kinds}.` })
    .max(MOST_IN_SCOPE)
    .nullish()
    .describe(`Told of these ${kinds}, and of what the other list names; of all where both are null`);

export const subscriptionAttributes = z.strictObject({
  name: nameField(),
  url: z.string(),
  headers: requestHeaders.nullish(),
  events,
  flow_ids: ids('flows'),
  action_ids: ids('actions'),
});
export type SubscriptionAttributes = z.infer<typeof subscriptionAttributes>;

export const createSubscriptionBody = withExample(document(resource('feed-subscription', subscriptionAttributes)), {
  data: {
    type: 'feed-subscription',
    attributes: {
      name: 'On-call',
      url: 'https://oncall.example.com/hookledger',
      headers: { authorization: 'Bearer 5f1d' },
      events: ['delivery.failed', 'action.suspended'],
      flow_ids: ['{flow_id}'],
    },
  },
});

const changes = subscriptionAttributes.partial();
export type SubscriptionChanges = z.infer<typeof changes>;

export const updateSubscriptionBody = withExample(document(existing('feed-subscription', changes)), {
  data: {
    type: 'feed-subscription',
    id: '{feed_subscription_id}',
    attributes: {
      events: ['delivery.failed', 'delivery.skipped', 'action.suspended', 'action.alert'],
      flow_ids: null,
      action_ids: ['{flow_action_id}'],
    },
  },
});
