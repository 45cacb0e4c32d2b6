import type { Kysely, Transaction } from 'kysely';
import type { Vault } from '../../application/ports/vault.js';
import { showHeaders } from '../../application/sealing/header-values.js';
import { isOfFeed } from '../../domain/webhook-action/webhook-action.js';
import { evolveRows } from '../evolve-rows.js';
import { handling, idOf, type ProjectedEvent, type Projection } from '../projection.js';
import type { ReadTables } from '../read-tables.js';
import type { FeedSubscriptionsTable } from './feed-tables.js';

const ACTION = 'webhook-action-';

export const feedProjection: Projection = {
  name: 'feed',
  version: 2,
  tables: ['feed_subscriptions'],
  handles: handling(
    'WebhookActionConfigured',
    'WebhookActionWentLive',
    'WebhookActionPaused',
    'WebhookActionSuspended',
    'WebhookActionRemoved',
  ),
  opens: handling('WebhookActionConfigured'),
  async create(db: Kysely<ReadTables>) {
    await db.schema
      .createTable('feed_subscriptions')
      .addColumn('subscription_id', 'text', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('url', 'text', (column) => column.notNull())
      .addColumn('headers', 'text', (column) => column.notNull())
      .addColumn('events', 'text', (column) => column.notNull())
      .addColumn('scope', 'text', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('reason', 'text')
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addColumn('updated_at', 'text', (column) => column.notNull())
      .addColumn('live_position', 'bigint')
      .addColumn('position', 'bigint', (column) => column.notNull())
      .execute();
  },
  async apply(events: readonly ProjectedEvent[], transaction: Transaction<ReadTables>, vault: Vault) {
    await evolveRows(transaction, events.filter(isOfSubscription), {
      table: 'feed_subscriptions',
      key: 'subscription_id',
      keyOf: (event) => idOf(ACTION, event),
      evolve: (row, event) => evolveSubscription(row, event, vault),
    });
  },
};

const isOfSubscription = (event: ProjectedEvent): boolean =>
  isOfFeed(idOf(ACTION, event), (event.data as { flowId: string }).flowId);

function evolveSubscription(
  row: FeedSubscriptionsTable | undefined,
  event: ProjectedEvent,
  vault: Vault,
): FeedSubscriptionsTable | undefined {
  const { time } = event.metadata;
  if (event.type === 'WebhookActionConfigured') {
    const { name, url, headers, feed = [], feedScope = {} } = event.data;
    return {
      subscription_id: idOf(ACTION, event),
      name,
      url,
      headers: JSON.stringify(showHeaders(headers, vault)),
      events: JSON.stringify(feed),
      scope: JSON.stringify(feedScope),
      status: row?.status ?? 'draft',
      reason: row?.reason ?? null,
      created_at: row?.created_at ?? time,
      updated_at: time,
      live_position: row?.live_position ?? null,
      position: row?.position ?? event.position,
    };
  }
  if (row === undefined) return undefined;
  switch (event.type) {
    case 'WebhookActionWentLive':
      return { ...row, status: 'live', reason: null, live_position: event.position, updated_at: time };
    case 'WebhookActionPaused':
      return { ...row, status: event.data.status, reason: null, updated_at: time };
    case 'WebhookActionSuspended':
      return { ...row, status: 'suspended', reason: event.data.reason, updated_at: time };
    case 'WebhookActionRemoved':
      return undefined;
    default:
      return row;
  }
}
