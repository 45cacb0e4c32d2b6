import { z } from 'zod';
import type { FeedEventType } from '../../../domain/feed/feed-events.js';
import { time } from './answers.js';
import { withExample } from './with-example.js';

/** What a subscription is told. `data` may get new fields, so that receivers are to take those that they don't know. */
const message = <Type extends FeedEventType, Data extends z.ZodRawShape>(type: Type, data: Data) =>
  z.object({
    type: z.literal(type),
    timestamp: time.describe('When it happened'),
    data: z.looseObject(data),
  });

const ofAction = { flow_id: z.string(), action_id: z.string() };

const ofDelivery = {
  delivery_id: z.string(),
  ...ofAction,
  trigger_id: z.string(),
  profile_id: z.string(),
  attempts: z.int().min(0),
};

const code = z.string().describe('The status code of the last answer, or why there was none');

const EXAMPLE_OF_ACTION = {
  flow_id: '0197f3a2-6c1e-7b4a-9d55-3f0c8e2a7b10',
  action_id: '0197f3a2-6c1f-7e02-8a31-5b9d4c6e1f20',
};
const EXAMPLE_OF_DELIVERY = {
  delivery_id: '6f0d3c1e-8c0b-5d4c-9b0a-2f6f1f0f7a11',
  ...EXAMPLE_OF_ACTION,
  trigger_id: '8e1c2b7d-4a5f-5c3e-b6d9-0f1a2b3c4d5e',
  profile_id: '0197f3a2-70aa-7c55-b2f4-1d3e5a7c9b30',
};
const EXAMPLE_TIME = '2026-11-24T12:00:00.000Z';

/** The body of each request that the feed sends. */
export const FEED_MESSAGES: Readonly<Record<FeedEventType, z.ZodType>> = {
  'delivery.failed': withExample(
    message('delivery.failed', { ...ofDelivery, reason: z.enum(['retries_used_up', 'window_over']), code }),
    {
      type: 'delivery.failed',
      timestamp: EXAMPLE_TIME,
      data: { ...EXAMPLE_OF_DELIVERY, attempts: 18, reason: 'retries_used_up', code: '503' },
    },
  ),
  'delivery.skipped': withExample(
    message('delivery.skipped', {
      ...ofDelivery,
      reason: z.enum(['not_retryable', 'not_rendered', 'action_removed', 'profile_forgotten']),
      code,
    }),
    {
      type: 'delivery.skipped',
      timestamp: EXAMPLE_TIME,
      data: { ...EXAMPLE_OF_DELIVERY, attempts: 1, reason: 'not_retryable', code: '410' },
    },
  ),
  'action.suspended': withExample(
    message('action.suspended', {
      ...ofAction,
      failures: z.int().min(1).describe('Failed attempts'),
      failing_since: time,
      reason: z.string().describe('A sentence, for people'),
    }),
    {
      type: 'action.suspended',
      timestamp: EXAMPLE_TIME,
      data: {
        ...EXAMPLE_OF_ACTION,
        failures: 41,
        failing_since: '2026-11-19T12:00:00.000Z',
        reason: 'All 41 attempts since 2026-11-19T12:00:00.000Z failed, the last one with 503.',
      },
    },
  ),
  'action.alert': withExample(
    message('action.alert', {
      ...ofAction,
      failures: z.int().min(1).describe('Deliveries that failed or were skipped'),
      window_minutes: z.int().min(1),
    }),
    {
      type: 'action.alert',
      timestamp: EXAMPLE_TIME,
      data: { ...EXAMPLE_OF_ACTION, failures: 50, window_minutes: 60 },
    },
  ),
};
