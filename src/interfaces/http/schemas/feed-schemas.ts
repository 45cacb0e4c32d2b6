import { z } from 'zod';
import { FEED_EVENT_TYPES } from '../../../domain/feed/feed-events.js';
import { document, existing, nameField, resource } from './fields.js';
import { requestHeaders } from './request-headers.js';
import { withExample } from './with-example.js';

const events = z.array(z.enum(FEED_EVENT_TYPES)).min(1).describe('What it is told of');

const attributes = { name: nameField(), url: z.string(), headers: requestHeaders.nullish(), events };

export const createSubscriptionBody = withExample(document(resource('feed-subscription', z.strictObject(attributes))), {
  data: {
    type: 'feed-subscription',
    attributes: {
      name: 'On-call',
      url: 'https://oncall.example.com/hookledger',
      headers: { authorization: 'Bearer 5f1d' },
      events: ['delivery.failed', 'action.suspended'],
    },
  },
});

export const updateSubscriptionBody = withExample(
  document(existing('feed-subscription', z.strictObject(attributes).partial())),
  {
    data: {
      type: 'feed-subscription',
      id: '{feed_subscription_id}',
      attributes: { events: ['delivery.failed', 'delivery.skipped', 'action.suspended', 'action.alert'] },
    },
  },
);
