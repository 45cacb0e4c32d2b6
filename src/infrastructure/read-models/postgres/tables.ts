import { type Kysely, sql, type Transaction } from 'kysely';
import type { EventStore } from '../../../application/ports/event-store.js';
import { createCheckpointTables, holds, renew } from '../../../projections/projection-tables.js';
import { PROJECTIONS } from '../../../projections/projections.js';
import type { ReadTables } from '../../../projections/read-tables.js';

/** How the tables stand to this version of the program and to the event store. */
export type TablesState =
  | { kind: 'none' }
  | { kind: 'current' }
  | { kind: 'older' | 'newer' | 'other-events'; projection: string };

export async function stateOf(db: Kysely<ReadTables>, eventStore: EventStore): Promise<TablesState> {
  const { rows } = await sql<{ found: string | null }>`
    select to_regclass('projection_checkpoints')::text as found`.execute(db);
  if (rows[0]?.found == null) return { kind: 'none' };
  const checkpoints = await db.selectFrom('projection_checkpoints').selectAll().execute();
  if (checkpoints.length === 0) return { kind: 'none' };
  for (const { name, version } of PROJECTIONS) {
    const at = checkpoints.find((checkpoint) => checkpoint.name === name)?.version ?? 0;
    if (at !== version) return { kind: at < version ? 'older' : 'newer', projection: name };
  }
  const unknown = checkpoints.find(({ name }) => !PROJECTIONS.some((projection) => projection.name === name));
  if (unknown !== undefined) return { kind: 'newer', projection: unknown.name };
  for (const { name, position, event_id } of checkpoints) {
    if (!(await holds(eventStore, position, event_id))) return { kind: 'other-events', projection: name };
  }
  return { kind: 'current' };
}

/** Makes all tables, empty, where there are none; whoever comes second finds them. */
export async function createTables(db: Kysely<ReadTables>): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(hashtext(current_schema()), hashtext('tables'))`.execute(transaction);
    await createCheckpointTables(transaction);
    const there = await transaction.selectFrom('projection_checkpoints').select('name').execute();
    const names = new Set(there.map(({ name }) => name));
    for (const projection of PROJECTIONS) if (!names.has(projection.name)) await renew(transaction, projection);
    await tune(transaction);
  });
}

/** Rows of the queue live for moments, so that what they leave behind is cleared after some thousands, not after a fifth of all. */
async function tune(transaction: Transaction<ReadTables>): Promise<void> {
  await sql`
    alter table delivery_queue set (
      fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
      autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0.05
    )`.execute(transaction);
}
