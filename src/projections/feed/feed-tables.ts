import type { WebhookActionStatus } from '../../domain/webhook-action/webhook-action.js';

/** Subscriptions to the outbound feed that were not deleted. */
export interface FeedSubscriptionsTable {
  subscription_id: string;
  name: string;
  url: string;
  /** JSON: header values by name, partially hashed. */
  headers: string;
  /** JSON: `FeedEventType[]`. */
  events: string;
  /** JSON: `FeedScope`. */
  scope: string;
  status: Exclude<WebhookActionStatus, 'none' | 'removed'>;
  /** Why it is suspended; null while it is not. */
  reason: string | null;
  created_at: string;
  updated_at: string;
  /** Where it went live last; null before. */
  live_position: number | null;
  /** Of its first event: the order in which they were made. */
  position: number;
}
