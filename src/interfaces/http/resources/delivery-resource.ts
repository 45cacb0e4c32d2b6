import { z } from 'zod';
import type { DeliveryView } from '../../../projections/activity/activity-queries.js';
import { QUEUES } from '../../../projections/activity/delivery-filter.js';
import type { Resource } from '../json-api.js';
import { time } from '../schemas/answers.js';

export const DELIVERY_STATUSES = [...QUEUES.waiting, 'succeeded', ...QUEUES.failed, ...QUEUES.skipped] as const;

export const deliveryAttributes = z.object({
  status: z.enum(DELIVERY_STATUSES),
  attempts: z.int(),
  recipient: z.string().nullable().describe("The profile's e-mail address, phone number or external id"),
  url: z.string(),
  code: z.string().nullable().describe('Of the last outcome: the status code, or why there was no answer'),
  message: z.string().nullable(),
  requested_at: time,
  due_at: time.nullable(),
  updated_at: time,
  action_id: z.string(),
  flow_id: z.string().describe("Of a delivery of the outbound feed: the subscription's id, as action_id"),
  trigger_id: z.string().describe('What it follows from; of a delivery of the outbound feed: the event it tells of'),
  profile_id: z.string().nullable().describe('null where it is about nobody: in the outbound feed'),
});
export const DELIVERY_FIELDS = Object.keys(deliveryAttributes.shape);

export function deliveryResource(delivery: DeliveryView): Resource {
  const attributes: z.infer<typeof deliveryAttributes> = {
    status: delivery.status,
    attempts: delivery.attempts,
    recipient: delivery.recipient,
    url: delivery.url,
    code: delivery.code,
    message: delivery.message,
    requested_at: delivery.requestedAt,
    due_at: delivery.dueAt,
    updated_at: delivery.updatedAt,
    action_id: delivery.actionId,
    flow_id: delivery.flowId,
    trigger_id: delivery.triggerId,
    profile_id: delivery.profileId || null,
  };
  return {
    type: 'delivery',
    id: delivery.deliveryId,
    attributes,
    path: `/api/hookledger/deliveries/${delivery.deliveryId}`,
  };
}
