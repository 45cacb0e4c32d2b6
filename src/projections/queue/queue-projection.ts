import type { Kysely, Transaction } from 'kysely';
import { evolveRows } from '../evolve-rows.js';
import { handling, idOf, type ProjectedEvent, type Projection } from '../projection.js';
import type { ReadTables } from '../read-tables.js';

const DELIVERY = 'delivery-';
const ACTION = 'webhook-action-';

/** An attempt that begins changes nothing here: whoever makes it has leased the delivery, and its outcome ends the lease. */
export const queueProjection: Projection = {
  name: 'queue',
  version: 2,
  tables: ['delivery_queue', 'action_origins'],
  handles: handling(
    'WebhookActionConfigured',
    'DeliveryRequested',
    'DeliverySucceeded',
    'DeliveryAttemptFailed',
    'DeliveryRetried',
    'DeliveryFailed',
    'DeliverySkipped',
    'DeliveryResent',
  ),
  async create(db: Kysely<ReadTables>) {
    await db.schema
      .createTable('delivery_queue')
      .addColumn('delivery_id', 'text', (column) => column.primaryKey())
      .addColumn('action_id', 'text', (column) => column.notNull())
      .addColumn('origin', 'text', (column) => column.notNull())
      .addColumn('due_at', 'bigint', (column) => column.notNull())
      .addColumn('claimable_at', 'bigint', (column) => column.notNull())
      .addColumn('leased_by', 'text')
      .execute();
    // Each origin's deliveries in the order in which they can be claimed: a full origin is passed over in one step.
    await db.schema
      .createIndex('delivery_queue_claimable')
      .on('delivery_queue')
      .columns(['origin', 'claimable_at'])
      .execute();
    // The few under way, to be counted by origin and found by their worker.
    await db.schema
      .createIndex('delivery_queue_leased')
      .on('delivery_queue')
      .columns(['origin', 'leased_by'])
      .where('leased_by', 'is not', null)
      .execute();
    await db.schema
      .createTable('action_origins')
      .addColumn('action_id', 'text', (column) => column.primaryKey())
      .addColumn('origin', 'text', (column) => column.notNull())
      .execute();
  },
  async apply(events: readonly ProjectedEvent[], transaction: Transaction<ReadTables>) {
    const configured = events.filter(({ type }) => type === 'WebhookActionConfigured');
    if (configured.length > 0) await moveActions(configured, transaction);
    const ofDeliveries = events.filter(({ type }) => type !== 'WebhookActionConfigured');
    if (ofDeliveries.length === 0) return;
    const originOf = await originsOf(ofDeliveries, transaction);
    await evolveRows(transaction, ofDeliveries, {
      table: 'delivery_queue',
      key: 'delivery_id',
      keyOf: (event) => idOf(DELIVERY, event),
      blind: true,
      evolve: (_row, event) => {
        const dueAt = dueTimeOf(event);
        if (dueAt === undefined) return undefined;
        const { actionId: action_id } = event.data as { actionId: string };
        const origin = originOf.get(action_id) ?? '';
        return {
          delivery_id: idOf(DELIVERY, event),
          action_id,
          origin,
          due_at: dueAt,
          claimable_at: dueAt,
          leased_by: null,
        };
      },
    });
  },
};

/** When the next attempt is due by this event, in epoch milliseconds; undefined where none is to come. */
function dueTimeOf(event: ProjectedEvent): number | undefined {
  switch (event.type) {
    case 'DeliveryRequested':
      return Date.parse(event.data.requestedAt);
    case 'DeliveryRetried':
      return Date.parse(event.data.dueAt);
    case 'DeliveryResent':
      return Date.parse(event.data.resentAt);
    default:
      return undefined;
  }
}

/** An attempt goes where its action points at that time, so what waits moves with its action. */
async function moveActions(events: readonly ProjectedEvent[], transaction: Transaction<ReadTables>): Promise<void> {
  await evolveRows(transaction, events, {
    table: 'action_origins',
    key: 'action_id',
    keyOf: (event) => idOf(ACTION, event),
    evolve: (row, event) => {
      const origin = new URL((event.data as { url: string }).url).origin;
      return row?.origin === origin ? row : { action_id: idOf(ACTION, event), origin };
    },
  });
  for (const event of events) {
    if (event.revision === 0) continue;
    const origin = new URL((event.data as { url: string }).url).origin;
    await transaction
      .updateTable('delivery_queue')
      .set({ origin })
      .where('action_id', '=', idOf(ACTION, event))
      .where('origin', '<>', origin)
      .execute();
  }
}

async function originsOf(
  events: readonly ProjectedEvent[],
  transaction: Transaction<ReadTables>,
): Promise<ReadonlyMap<string, string>> {
  const actionIds = new Set<string>();
  for (const event of events) {
    if (dueTimeOf(event) !== undefined) actionIds.add((event.data as { actionId: string }).actionId);
  }
  if (actionIds.size === 0) return new Map();
  const rows = await transaction
    .selectFrom('action_origins')
    .selectAll()
    .where('action_id', 'in', [...actionIds])
    .execute();
  return new Map(rows.map(({ action_id, origin }) => [action_id, origin]));
}
