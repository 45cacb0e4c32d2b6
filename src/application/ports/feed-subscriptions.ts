import type { FeedEventType } from '../../domain/feed/feed-events.js';
import type { FeedScope } from '../../domain/feed/feed-scope.js';
import type { Position } from './event-store.js';

/** A live subscription to the outbound feed. */
export interface LiveSubscription {
  /** Of the webhook action that it is. */
  subscriptionId: string;
  events: readonly FeedEventType[];
  scope: FeedScope;
  /** It is told what was recorded after it went live, at this position. */
  after: Position;
}

export interface FeedSubscriptions {
  live(): Promise<readonly LiveSubscription[]>;
}
