import type { Kysely, Transaction } from 'kysely';
import { hasEventVariables } from '../../domain/trigger/trigger.js';
import { handling, idOf, type ProjectedEvent, type Projection } from '../projection.js';
import type { ReadTables } from '../read-tables.js';
import type { TriggerSamplesTable } from './sample-tables.js';

/** How many are kept of each source: as many as people choose from. */
export const SAMPLES_KEPT = 20;

/** Which triggers came last; what they hold stays in their streams. */
export const sampleProjection: Projection = {
  name: 'samples',
  version: 1,
  inBulk: true,
  tables: ['trigger_samples'],
  handles: handling('TriggerReceived'),
  async create(db: Kysely<ReadTables>) {
    await db.schema
      .createTable('trigger_samples')
      .addColumn('trigger_id', 'text', (column) => column.primaryKey())
      .addColumn('source_id', 'text', (column) => column.notNull())
      .addColumn('profile_id', 'text', (column) => column.notNull())
      .addColumn('occurred_at', 'text', (column) => column.notNull())
      .addColumn('position', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex('trigger_samples_of_source')
      .on('trigger_samples')
      .columns(['source_id', 'position'])
      .execute();
  },
  async apply(events: readonly ProjectedEvent[], transaction: Transaction<ReadTables>) {
    const bySource = Map.groupBy(events.flatMap(sampleOf), ({ source_id }) => source_id);
    for (const [sourceId, samples] of bySource) {
      await transaction.insertInto('trigger_samples').values(samples.slice(-SAMPLES_KEPT)).execute();
      await deleteOlder(transaction, sourceId);
    }
  },
};

function sampleOf(event: ProjectedEvent): TriggerSamplesTable[] {
  if (event.type !== 'TriggerReceived' || !hasEventVariables(event.data.kind)) return [];
  const { sourceId, profileId, occurredAt } = event.data;
  const { position } = event;
  const trigger_id = idOf('trigger-', event);
  return [{ trigger_id, source_id: sourceId, profile_id: profileId, occurred_at: occurredAt, position }];
}

async function deleteOlder(transaction: Transaction<ReadTables>, sourceId: string): Promise<void> {
  const last = await transaction
    .selectFrom('trigger_samples')
    .select('position')
    .where('source_id', '=', sourceId)
    .orderBy('position', 'desc')
    .limit(1)
    .offset(SAMPLES_KEPT - 1)
    .executeTakeFirst();
  if (last === undefined) return;
  await transaction
    .deleteFrom('trigger_samples')
    .where('source_id', '=', sourceId)
    .where('position', '<', last.position)
    .execute();
}
