import type { DeliveryEvent } from '../delivery/delivery.js';
import type { WebhookActionEvent } from '../webhook-action/webhook-action.js';
import type { FeedEventType } from './feed-events.js';

/** The events that the feed tells of. */
export type ToldEvent = Extract<
  DeliveryEvent | WebhookActionEvent,
  { type: 'DeliveryFailed' | 'DeliverySkipped' | 'WebhookActionSuspended' | 'WebhookActionAlerted' }
>;

const TOLD: Readonly<Record<ToldEvent['type'], FeedEventType>> = {
  DeliveryFailed: 'delivery.failed',
  DeliverySkipped: 'delivery.skipped',
  WebhookActionSuspended: 'action.suspended',
  WebhookActionAlerted: 'action.alert',
};

/** As what the feed tells of the event; undefined where it doesn't. */
export const feedTypeOf = ({ type }: { type: string }): FeedEventType | undefined =>
  Object.hasOwn(TOLD, type) ? TOLD[type as ToldEvent['type']] : undefined;

/** What stands in a body. Names follow the recommendation of Standard Webhooks 1.0, "Payload structure". */
export interface FeedMessage {
  type: FeedEventType;
  /** When it happened; ISO 8601, UTC. */
  timestamp: string;
  data: Readonly<Record<string, string | number>>;
}

/** What the event alone does not say of a delivery. */
export interface DeliveryIds {
  deliveryId: string;
  triggerId: string;
  profileId: string;
}

/** Ids and reasons, and nothing that says who somebody is: the feed's receivers hold what can't be forgotten from here. */
export function deliveryMessage(
  event: Extract<ToldEvent, { type: 'DeliveryFailed' | 'DeliverySkipped' }>,
  { deliveryId, triggerId, profileId }: DeliveryIds,
  timestamp: string,
): FeedMessage {
  const { actionId, flowId, attempts, reason, code } = event.data;
  const ids = { delivery_id: deliveryId, flow_id: flowId, action_id: actionId };
  const cause = { trigger_id: triggerId, profile_id: profileId };
  return { type: TOLD[event.type], timestamp, data: { ...ids, ...cause, attempts, reason, code } };
}

export function actionMessage(
  event: Extract<ToldEvent, { type: 'WebhookActionSuspended' | 'WebhookActionAlerted' }>,
  actionId: string,
  timestamp: string,
): FeedMessage {
  const { flowId, failures } = event.data;
  const ids = { flow_id: flowId, action_id: actionId, failures };
  const more =
    event.type === 'WebhookActionSuspended'
      ? { failing_since: event.data.failingSince, reason: event.data.reason }
      : { window_minutes: event.data.windowMinutes };
  return { type: TOLD[event.type], timestamp, data: { ...ids, ...more } };
}
