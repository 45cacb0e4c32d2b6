import { type Kysely, sql, type Transaction } from 'kysely';
import type { AttemptOutcome } from '../../domain/delivery/outcome.js';
import { codeOf } from '../../domain/delivery/outcome.js';
import { portions } from '../evolve-rows.js';
import { DELIVERY_EVENTS, handling, type ProjectedEvent, type Projection } from '../projection.js';
import type { ReadTables } from '../read-tables.js';
import type { Measure, WebhookCountsTable } from './analytics-tables.js';
import { classOf } from './response-time.js';

export const analyticsProjection: Projection = {
  name: 'analytics',
  version: 1,
  inBulk: true,
  tables: ['webhook_counts'],
  handles: handling(...DELIVERY_EVENTS),
  async create(db: Kysely<ReadTables>) {
    await db.schema
      .createTable('webhook_counts')
      .addColumn('action_id', 'text', (column) => column.notNull())
      .addColumn('flow_id', 'text', (column) => column.notNull())
      .addColumn('hour', 'text', (column) => column.notNull())
      .addColumn('measure', 'text', (column) => column.notNull())
      .addColumn('value', 'text', (column) => column.notNull())
      .addColumn('count', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('webhook_counts_pk', ['action_id', 'hour', 'measure', 'value'])
      .execute();
  },
  async apply(events: readonly ProjectedEvent[], transaction: Transaction<ReadTables>) {
    const rows = new Map<string, WebhookCountsTable>();
    for (const event of events) count(rows, event);
    for (const some of portions([...rows.values()])) {
      await transaction
        .insertInto('webhook_counts')
        .values(some)
        .onConflict((conflict) =>
          conflict
            .columns(['action_id', 'hour', 'measure', 'value'])
            .doUpdateSet({ count: sql<number>`webhook_counts.count + excluded.count` }),
        )
        .execute();
    }
  },
};

function count(rows: Map<string, WebhookCountsTable>, event: ProjectedEvent): void {
  const { actionId: action_id, flowId: flow_id } = event.data as { actionId: string; flowId: string };
  const hour = `${event.metadata.time.slice(0, 13)}:00:00.000Z`;
  const add = (measure: Measure, value: string): void => {
    const key = `${action_id} ${hour} ${measure} ${value}`;
    const row = rows.get(key);
    if (row === undefined) rows.set(key, { action_id, flow_id, hour, measure, value, count: 1 });
    else row.count++;
  };
  const outcome = (of: AttemptOutcome): void => {
    add('code', codeOf(of));
    if (of.kind === 'answer') add('response_ms', String(classOf(of.durationMs)));
  };

  switch (event.type) {
    case 'DeliveryRequested':
      add('delivery', 'requested');
      break;
    case 'DeliveryAttempted':
      add('delivery', 'attempted');
      break;
    case 'DeliveryRetried':
      add('delivery', 'retried');
      break;
    case 'DeliverySucceeded': {
      const { attempt, statusCode, durationMs } = event.data;
      add('delivery', 'succeeded');
      add('attempts', String(attempt));
      outcome({ kind: 'answer', statusCode, durationMs });
      break;
    }
    case 'DeliveryAttemptFailed':
      outcome(event.data.outcome);
      break;
    case 'DeliveryFailed':
      add('delivery', 'failed');
      add('attempts', String(event.data.attempts));
      break;
    case 'DeliverySkipped':
      add('delivery', 'skipped');
      add('attempts', String(event.data.attempts));
      if (event.data.outcome !== undefined) outcome(event.data.outcome);
      break;
    case 'DeliveryResent':
      add('delivery', `resent_${event.data.from}`);
      break;
    default:
  }
}
