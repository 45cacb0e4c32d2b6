import type { Kysely, Transaction } from 'kysely';
import { type ReceiverFailure, receiverFailure } from '../../domain/delivery/receiver-failure.js';
import { evolveRows } from '../evolve-rows.js';
import { handling, idOf, type ProjectedEvent, type Projection } from '../projection.js';
import type { ReadTables } from '../read-tables.js';
import type { ActionHealthTable } from './health-tables.js';

const ACTION = 'webhook-action-';
const MINUTE = 60_000;

/** How long failures are counted by the minute: the longest window of an alert. */
export const MINUTES_KEPT = 1_440;

export const healthProjection: Projection = {
  name: 'health',
  version: 1,
  inBulk: true,
  tables: ['action_health'],
  handles: handling(
    'WebhookActionConfigured',
    'WebhookActionWentLive',
    'WebhookActionPaused',
    'WebhookActionSuspended',
    'WebhookActionAlerted',
    'WebhookActionRemoved',
    'DeliverySucceeded',
    'DeliveryAttemptFailed',
    'DeliveryFailed',
    'DeliverySkipped',
  ),
  async create(db: Kysely<ReadTables>) {
    await db.schema
      .createTable('action_health')
      .addColumn('action_id', 'text', (column) => column.primaryKey())
      .addColumn('term', 'integer', (column) => column.notNull())
      .addColumn('failing_since', 'text')
      .addColumn('failures', 'integer', (column) => column.notNull())
      .addColumn('last_code', 'text')
      .addColumn('final_failures', 'text', (column) => column.notNull())
      .addColumn('suspended', 'integer', (column) => column.notNull())
      .addColumn('alerts', 'integer', (column) => column.notNull())
      .execute();
  },
  apply: (events: readonly ProjectedEvent[], transaction: Transaction<ReadTables>) =>
    evolveRows(transaction, events, {
      table: 'action_health',
      key: 'action_id',
      keyOf: actionIdIn,
      evolve: evolveHealth,
    }),
};

const actionIdIn = (event: ProjectedEvent): string =>
  event.stream.startsWith(ACTION) ? idOf(ACTION, event) : (event.data as { actionId: string }).actionId;

const WELL = { failing_since: null, failures: 0, last_code: null };

function evolveHealth(row: ActionHealthTable | undefined, event: ProjectedEvent): ActionHealthTable | undefined {
  if (event.type === 'WebhookActionConfigured') {
    const fresh = { action_id: actionIdIn(event), term: 0, final_failures: '[]', suspended: 0, alerts: 0, ...WELL };
    const before = row ?? fresh;
    return { ...before, ...WELL, term: before.term + 1 };
  }
  if (row === undefined) return undefined;
  switch (event.type) {
    case 'WebhookActionWentLive':
      return { ...row, ...WELL, term: row.term + 1, suspended: 0 };
    case 'WebhookActionPaused':
      return { ...row, suspended: 0 };
    case 'WebhookActionSuspended':
      return { ...row, suspended: 1 };
    case 'WebhookActionAlerted':
      return { ...row, alerts: row.alerts + 1 };
    case 'WebhookActionRemoved':
      return undefined;
    case 'DeliverySucceeded':
      return row.failing_since === null ? row : { ...row, ...WELL };
    case 'DeliveryAttemptFailed':
    case 'DeliveryFailed':
    case 'DeliverySkipped': {
      const failure = receiverFailure(event);
      return failure === undefined ? row : afterFailure(row, failure, event.metadata.time);
    }
    default:
      return row;
  }
}

function afterFailure(
  row: ActionHealthTable,
  { attempt, final, code }: ReceiverFailure,
  time: string,
): ActionHealthTable {
  const after = { ...row };
  if (attempt) {
    after.failing_since ??= time;
    after.failures++;
    after.last_code = code;
  }
  if (final) after.final_failures = counted(row.final_failures, Math.floor(Date.parse(time) / MINUTE));
  return after;
}

/** Adds one to its minute, and leaves out what is a day older. */
function counted(text: string, minute: number): string {
  const counts = new Map<number, number>(JSON.parse(text));
  counts.set(minute, (counts.get(minute) ?? 0) + 1);
  return JSON.stringify([...counts].filter(([of]) => of > minute - MINUTES_KEPT));
}
