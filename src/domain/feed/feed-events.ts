import { RuleViolation } from '../kernel/rule-violation.js';

/** What services can be told of: by a webhook of theirs, instead of asking. */
export const FEED_EVENT_TYPES = ['delivery.failed', 'delivery.skipped', 'action.suspended', 'action.alert'] as const;
/** What a subscription to the outbound feed can be told of. */
export type FeedEventType = (typeof FEED_EVENT_TYPES)[number];

/** @throws RuleViolation feed_events_invalid */
export function checkFeedEvents(events: readonly FeedEventType[]): void {
  if (events.length > 0 && new Set(events).size === events.length) return;
  throw new RuleViolation(
    'feed_events_invalid',
    `A subscription is told of at least one event, each named once, of ${FEED_EVENT_TYPES.join(', ')}.`,
  );
}
