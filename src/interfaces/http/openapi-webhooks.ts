import { z } from 'zod';
import type { FeedEventType } from '../../domain/feed/feed-events.js';
import { FEED_MESSAGES } from './schemas/feed-message-schemas.js';

/** What every request of the feed has, beside the subscription's own headers. Source: Standard Webhooks 1.0, "Webhook headers". */
const HEADERS = {
  WebhookId: header(
    'webhook-id',
    "The delivery's id: the same on every attempt of it, so that a receiver can drop doubles",
    '5b1f0c52-7f0a-5e1d-8c77-0d9a1b2c3e4f',
  ),
  WebhookTimestamp: header('webhook-timestamp', 'When this attempt was made: seconds since 1970 (UTC)', '1795521600'),
  WebhookSignature: header(
    'webhook-signature',
    'One signature or more, with a blank between them: `v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64',
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  ),
};

function header(name: string, description: string, example: string): object {
  return { name, in: 'header', required: true, description, schema: { type: 'string' }, example };
}

const WHEN: Readonly<Record<FeedEventType, string>> = {
  'delivery.failed': 'The retries of a delivery are used up',
  'delivery.skipped': 'A delivery was given up without retries',
  'action.suspended': 'An action was stopped after days of failure',
  'action.alert': 'Too many deliveries of an action failed within the window',
};

/** Adds the requests by which subscriptions to the outbound feed are told, as OpenAPI's `webhooks`. */
export function withFeedWebhooks<Document extends { components?: { parameters?: object } }>(
  document: Document,
): Document {
  const { components } = document;
  const webhooks = Object.entries(FEED_MESSAGES).map(([type, message]) => {
    return [type, { post: described(type as FeedEventType, message) }];
  });
  return {
    ...document,
    webhooks: Object.fromEntries(webhooks),
    components: { ...components, parameters: { ...components?.parameters, ...HEADERS } },
  };
}

function described(type: FeedEventType, message: z.ZodType): object {
  const { $schema: _, examples: [example] = [], ...schema } = z.toJSONSchema(message);
  return {
    operationId: type.replace(/\.([a-z])/, (_dot, letter: string) => letter.toUpperCase()),
    tags: ['Outbound feed'],
    summary: WHEN[type],
    security: [],
    parameters: Object.keys(HEADERS).map((name) => ({ $ref: `#/components/parameters/${name}` })),
    requestBody: { required: true, content: { 'application/json': { schema, example } } },
    responses: {
      '2XX': { description: 'Taken; it is not told again' },
      429: { description: 'Told again later, and not before what `Retry-After` asks for' },
      '4XX': { description: 'Given up: the delivery is in the skipped queue' },
      '5XX': { description: 'Told again later after 500, 502, 503 and 504; given up after the others' },
    },
  };
}
