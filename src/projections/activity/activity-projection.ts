import type { Kysely, Transaction } from 'kysely';
import type { ProfileBoxes, Vault } from '../../application/ports/vault.js';
import { codeOf } from '../../domain/delivery/outcome.js';
import { evolveRows } from '../evolve-rows.js';
import { DELIVERY_EVENTS, handling, idOf, type ProjectedEvent, type Projection } from '../projection.js';
import type { ReadTables } from '../read-tables.js';
import type { DeliveriesTable } from './activity-tables.js';

const DELIVERY = 'delivery-';

export const activityProjection: Projection = {
  name: 'activity',
  version: 3,
  inBulk: true,
  tables: ['deliveries'],
  handles: handling(...DELIVERY_EVENTS),
  opens: handling('DeliverySkipped'),
  async create(db: Kysely<ReadTables>) {
    await db.schema
      .createTable('deliveries')
      .addColumn('delivery_id', 'text', (column) => column.primaryKey())
      .addColumn('action_id', 'text', (column) => column.notNull())
      .addColumn('flow_id', 'text', (column) => column.notNull())
      .addColumn('trigger_id', 'text', (column) => column.notNull())
      .addColumn('profile_id', 'text', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('attempts', 'integer', (column) => column.notNull())
      .addColumn('url', 'text', (column) => column.notNull())
      .addColumn('code', 'text')
      .addColumn('message', 'text')
      .addColumn('sealed_error', 'text')
      .addColumn('requested_at', 'text', (column) => column.notNull())
      .addColumn('due_at', 'text')
      .addColumn('updated_at', 'text', (column) => column.notNull())
      .addColumn('position', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('deliveries_in_order').on('deliveries').column('position').execute();
    for (const column of ['action_id', 'flow_id', 'profile_id']) {
      await db.schema.createIndex(`deliveries_by_${column}`).on('deliveries').columns([column, 'position']).execute();
    }
    // The queues are small beside the log, and read by themselves; what succeeded needn't be found by its status. It holds all
    // that people look for in a queue, so that a few deliveries among very many are found in the index alone.
    await db.schema
      .createIndex('deliveries_in_queues')
      .on('deliveries')
      .columns(['status', 'position', 'action_id', 'flow_id', 'code', 'updated_at'])
      .where('status', '<>', 'succeeded')
      .execute();
  },
  async apply(events: readonly ProjectedEvent[], transaction: Transaction<ReadTables>, vault: Vault) {
    const boxes = await vault.profiles(events.flatMap((event) => renderErrorOf(event)?.profileId ?? []));
    await evolveRows(transaction, events, {
      table: 'deliveries',
      key: 'delivery_id',
      keyOf: (event) => idOf(DELIVERY, event),
      evolve: (row, event) => evolveDelivery(row, event, boxes),
    });
  },
};

/** What may quote the profile's data. */
function renderErrorOf(event: ProjectedEvent): { profileId: string; error: string } | undefined {
  if (event.type !== 'DeliverySkipped') return undefined;
  const { profileId, renderError } = event.data;
  return profileId === undefined || renderError === undefined ? undefined : { profileId, error: renderError };
}

function evolveDelivery(
  row: DeliveriesTable | undefined,
  event: ProjectedEvent,
  boxes: ProfileBoxes,
): DeliveriesTable | undefined {
  const { time } = event.metadata;
  if (event.type === 'DeliveryRequested') {
    const { actionId, flowId, triggerId, profileId, url, requestedAt } = event.data;
    return {
      delivery_id: idOf(DELIVERY, event),
      action_id: actionId,
      flow_id: flowId,
      trigger_id: triggerId,
      profile_id: profileId,
      status: 'requested',
      attempts: 0,
      url,
      code: null,
      message: null,
      sealed_error: null,
      requested_at: requestedAt,
      due_at: requestedAt,
      updated_at: time,
      position: event.position,
    };
  }
  if (row === undefined) return undefined;
  const changed = { ...row, updated_at: time };
  switch (event.type) {
    case 'DeliveryAttempted':
      return { ...changed, status: 'attempting', attempts: event.data.attempt, url: event.data.url, due_at: null };
    case 'DeliverySucceeded':
      return { ...changed, status: 'succeeded', code: String(event.data.statusCode), message: null };
    case 'DeliveryAttemptFailed': {
      const { outcome } = event.data;
      const message = outcome.kind === 'answer' ? `The receiver answered ${outcome.statusCode}.` : outcome.message;
      return { ...changed, status: 'attempt_failed', code: codeOf(outcome), message };
    }
    case 'DeliveryRetried':
      return { ...changed, status: 'waiting', due_at: event.data.dueAt };
    case 'DeliveryFailed':
      return { ...changed, status: 'failed', code: event.data.code };
    case 'DeliverySkipped': {
      const { code, message } = event.data;
      const why = renderErrorOf(event);
      const sealed_error = why === undefined ? null : boxes.seal(why.profileId, why.error);
      return { ...changed, status: 'skipped', code, message, sealed_error, due_at: null };
    }
    case 'DeliveryResent':
      return { ...changed, status: 'requested', due_at: event.data.resentAt };
    default:
      return row;
  }
}
