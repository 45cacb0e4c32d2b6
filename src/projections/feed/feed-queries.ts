import type { Kysely, Selectable } from 'kysely';
import type { FeedSubscriptions, LiveSubscription } from '../../application/ports/feed-subscriptions.js';
import type { FeedEventType } from '../../domain/feed/feed-events.js';
import type { FeedScope } from '../../domain/feed/feed-scope.js';
import type { RequestHeaders } from '../../domain/webhook-action/request-headers.js';
import { type Page, type PageRequest, pageOf, positionOf } from '../page.js';
import type { ReadTables } from '../read-tables.js';
import type { FeedSubscriptionsTable } from './feed-tables.js';

/** A subscription to the outbound feed; its header values are partially hashed. Times are ISO 8601, UTC. */
export interface SubscriptionView {
  subscriptionId: string;
  name: string;
  url: string;
  headers: RequestHeaders;
  events: readonly FeedEventType[];
  /** What it is told of; null for all flows and actions, where both are. */
  flowIds: readonly string[] | null;
  actionIds: readonly string[] | null;
  status: FeedSubscriptionsTable['status'];
  reason: string | null;
  createdAt: string;
  updatedAt: string;
}

export class FeedQueries implements FeedSubscriptions {
  constructor(private readonly db: Kysely<ReadTables>) {}

  async live(): Promise<readonly LiveSubscription[]> {
    const rows = await this.db
      .selectFrom('feed_subscriptions')
      .select(['subscription_id', 'events', 'scope', 'live_position'])
      .where('status', '=', 'live')
      .orderBy('position')
      .execute();
    return rows.map(({ subscription_id, events, scope, live_position }) => ({
      subscriptionId: subscription_id,
      events: JSON.parse(events),
      scope: JSON.parse(scope),
      after: Number(live_position),
    }));
  }

  async subscription(subscriptionId: string): Promise<SubscriptionView | undefined> {
    const row = await this.db
      .selectFrom('feed_subscriptions')
      .selectAll()
      .where('subscription_id', '=', subscriptionId)
      .executeTakeFirst();
    return row && subscriptionView(row);
  }

  /** Newest first. @throws InvalidCursor */
  async subscriptions({ size, cursor }: PageRequest): Promise<Page<SubscriptionView>> {
    let query = this.db
      .selectFrom('feed_subscriptions')
      .selectAll()
      .orderBy('position', 'desc')
      .limit(size + 1);
    if (cursor !== undefined) query = query.where('position', '<', positionOf(cursor));
    return pageOf(await query.execute(), size, subscriptionView);
  }
}

function subscriptionView(row: Selectable<FeedSubscriptionsTable>): SubscriptionView {
  const { flowIds = null, actionIds = null } = JSON.parse(row.scope) as FeedScope;
  return {
    subscriptionId: row.subscription_id,
    name: row.name,
    url: row.url,
    headers: JSON.parse(row.headers),
    events: JSON.parse(row.events),
    flowIds,
    actionIds,
    status: row.status,
    reason: row.reason,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
