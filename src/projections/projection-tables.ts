import type { Kysely, Transaction } from 'kysely';
import { BEFORE_ALL, type EventStore, type Position } from '../application/ports/event-store.js';
import type { Projection } from './projection.js';
import type { ReadTables } from './read-tables.js';

/** Makes the tables of the checkpoints where there are none. */
export async function createCheckpointTables(db: Kysely<ReadTables>): Promise<void> {
  await db.schema
    .createTable('projection_checkpoints')
    .ifNotExists()
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('position', 'bigint', (column) => column.notNull())
    .addColumn('event_id', 'text', (column) => column.notNull())
    .addColumn('error', 'text')
    .execute();
  await db.schema
    .createTable('process_checkpoints')
    .ifNotExists()
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('position', 'bigint', (column) => column.notNull())
    .execute();
}

/** Why a projection begins from the start. */
export type RenewalReason = 'new' | 'version' | 'other-events';

/**
 * Makes tables fit for going on: those of a projection of another version, and all where what they were built from is not
 * in this event store (an older back-up was put in place), are dropped and made anew, empty.
 *
 * @returns the names of the projections that begin from the start, and where they were at
 */
export async function prepareTables(
  db: Kysely<ReadTables>,
  projections: readonly Projection[],
  eventStore: EventStore,
): Promise<ReadonlyMap<string, RenewalReason>> {
  await createCheckpointTables(db);
  const checkpoints = await db.selectFrom('projection_checkpoints').selectAll().execute();
  const renewed = new Map<string, RenewalReason>();
  for (const projection of projections) {
    const checkpoint = checkpoints.find(({ name }) => name === projection.name);
    if (checkpoint === undefined) renewed.set(projection.name, 'new');
    else if (checkpoint.version !== projection.version) renewed.set(projection.name, 'version');
    else if (!(await holds(eventStore, Number(checkpoint.position), checkpoint.event_id))) {
      renewed.set(projection.name, 'other-events');
    } else continue;
    await db.transaction().execute((transaction) => renew(transaction, projection));
  }
  if ([...renewed.values()].includes('other-events')) {
    await db.deleteFrom('process_checkpoints').execute();
  }
  return renewed;
}

/** Makes a projection's tables anew, empty, and its checkpoint the start. */
export async function renew(transaction: Transaction<ReadTables>, projection: Projection): Promise<void> {
  for (const table of projection.tables) await transaction.schema.dropTable(table).ifExists().execute();
  await projection.create(transaction);
  const { name, version } = projection;
  const fresh = { name, version, position: BEFORE_ALL, event_id: '', error: null };
  await transaction
    .insertInto('projection_checkpoints')
    .values(fresh)
    .onConflict((conflict) => conflict.column('name').doUpdateSet(fresh))
    .execute();
}

/** Whether the event store has this very event there. */
export async function holds(eventStore: EventStore, position: Position, eventId: string): Promise<boolean> {
  if (position === BEFORE_ALL) return true;
  for await (const [event] of eventStore.readAll({ after: position - 1, batchSize: 1 })) {
    return event?.position === position && event.id === eventId;
  }
  return false;
}
