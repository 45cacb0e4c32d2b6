import { type Kysely, sql, type Transaction } from 'kysely';
import type { EventStore, Position } from '../../../application/ports/event-store.js';
import type { Logger } from '../../../application/ports/logger.js';
import type { Vault } from '../../../application/ports/vault.js';
import { PROJECTIONS } from '../../../projections/projections.js';
import type { ReadTables } from '../../../projections/read-tables.js';
import { buildTables } from '../build-tables.js';
import { ReadModelsUnusable } from '../read-model-database.js';
import { connectPool, inSchema } from './connections.js';
import { besideOf } from './rebuild-watch.js';
import { createTables, stateOf } from './tables.js';
import { unusable } from './unusable.js';

/** Every table that a rebuild puts in the place of its predecessor. */
export const TABLES: readonly string[] = [
  'projection_checkpoints',
  'process_checkpoints',
  ...PROJECTIONS.flatMap(({ tables }) => tables),
];

/** How often the swap is tried when queries and it wait for each other. */
const TRIES = 5;
const DEADLOCK = '40P01';

/** What became of the tables. */
export type Migration = { done: 'created' | 'nothing' | 'rebuilt'; position: Position };

/** Brings the tables to this version of the program: makes them, or builds them anew beside the old ones. @throws ReadModelsUnusable */
export async function migrate(
  eventStore: EventStore,
  vault: Vault,
  url: string,
  where: string,
  logger: Logger,
  progress?: (position: Position, head: Position) => void,
): Promise<Migration> {
  const db = connectPool(url, where, 1, logger);
  try {
    const state = await stateOf(db, eventStore);
    if (state.kind === 'newer') {
      throw new ReadModelsUnusable(
        `The read models at ${where} are of a newer version (${state.projection}); run the version of hookledger that made them.`,
      );
    }
    if (state.kind === 'current') return { done: 'nothing', position: await positionOf(db) };
    if (state.kind === 'none') {
      await createTables(db);
      return { done: 'created', position: await positionOf(db) };
    }
  } catch (error) {
    throw unusable(where, error);
  } finally {
    await db.destroy();
  }
  return { done: 'rebuilt', position: await rebuildSchema(eventStore, vault, url, where, logger, progress) };
}

/**
 * Builds every table anew in a schema beside the live one, then swaps them in. Processes may go on meanwhile: those that
 * keep projections find the checkpoints moved, and go on from there. Whatever stops it before, the live tables are as they were.
 *
 * @returns the position of the last event taken in
 * @throws ReadModelsUnusable
 */
export async function rebuildSchema(
  eventStore: EventStore,
  vault: Vault,
  url: string,
  where: string,
  logger: Logger,
  progress?: (position: Position, head: Position) => void,
): Promise<Position> {
  const live = connectPool(url, where, 2, logger);
  try {
    const { rows } = await sql<{ schema: string }>`select current_schema() as schema`.execute(live);
    const schema = rows[0]?.schema as string;
    const beside = besideOf(schema);
    // One at a time, for as long as this connection is held.
    return await live.connection().execute(async (holder) => {
      if (!(await lockRebuild(holder, schema))) {
        throw new ReadModelsUnusable(
          `The read models at ${where} are being built anew by another process; wait for it.`,
        );
      }
      const besideDb = connectPool(inSchema(url, beside), where, 2, logger);
      try {
        await sql`drop schema if exists ${sql.id(beside)} cascade`.execute(live);
        await sql`create schema ${sql.id(beside)}`.execute(live);
        await createTables(besideDb);
        await buildTables(eventStore, vault, besideDb, progress);
        // Where process managers had got to means nothing in another event store.
        const sameEvents = (await stateOf(live, eventStore)).kind !== 'other-events';
        return await swapTrying(live, { schema, beside, sameEvents }, () => buildTables(eventStore, vault, besideDb));
      } finally {
        await besideDb.destroy();
        await sql`drop schema if exists ${sql.id(beside)} cascade`.execute(live).catch(() => {});
        // The connection would do so too, but only once the server has noticed that it is closed.
        await unlockRebuild(holder, schema).catch(() => {});
      }
    });
  } catch (error) {
    throw unusable(where, error);
  } finally {
    await live.destroy();
  }
}

async function lockRebuild(db: Kysely<ReadTables>, schema: string): Promise<boolean> {
  const { rows } = await sql<{ done: boolean }>`
    select pg_try_advisory_lock(hashtext(${schema}), hashtext('rebuild')) as done`.execute(db);
  return rows[0]?.done === true;
}

const unlockRebuild = (db: Kysely<ReadTables>, schema: string): Promise<unknown> =>
  sql`select pg_advisory_unlock(hashtext(${schema}), hashtext('rebuild'))`.execute(db);

interface Swap {
  schema: string;
  beside: string;
  /** Whether the live tables were built from this event store. */
  sameEvents: boolean;
}

async function swapTrying(live: Kysely<ReadTables>, what: Swap, catchUp: () => Promise<Position>): Promise<Position> {
  for (let tried = 1; ; tried++) {
    try {
      return await live.transaction().execute((transaction) => swap(transaction, what, catchUp));
    } catch (error) {
      if (tried >= TRIES || (error as { code?: string }).code !== DEADLOCK) throw error;
    }
  }
}

async function swap(
  transaction: Transaction<ReadTables>,
  { schema, beside, sameEvents }: Swap,
  catchUp: () => Promise<Position>,
): Promise<Position> {
  const there = await tablesIn(transaction, schema);
  // Whoever keeps projections waits from here on, so that nothing is missed between the last catching up and the swap.
  if (there.length > 0) {
    await sql`lock table ${sql.join(there.map((table) => sql.id(schema, table)))} in access exclusive mode`.execute(
      transaction,
    );
  }
  const position = await catchUp();
  if (await hasLeases(transaction, schema)) {
    // Attempts that are under way stay under way.
    await sql`
      update ${sql.id(beside, 'delivery_queue')} as built
      set claimable_at = old.claimable_at, leased_by = old.leased_by
      from ${sql.id(schema, 'delivery_queue')} as old
      where old.delivery_id = built.delivery_id and old.claimable_at <> old.due_at`.execute(transaction);
  }
  if (sameEvents && there.includes('process_checkpoints')) {
    await sql`
      insert into ${sql.id(beside, 'process_checkpoints')}
      select * from ${sql.id(schema, 'process_checkpoints')}`.execute(transaction);
  }
  for (const table of there) await sql`drop table ${sql.id(schema, table)}`.execute(transaction);
  for (const table of TABLES) {
    await sql`alter table ${sql.id(beside, table)} set schema ${sql.id(schema)}`.execute(transaction);
  }
  return position;
}

async function tablesIn(db: Kysely<ReadTables>, schema: string): Promise<readonly string[]> {
  const { rows } = await sql<{ table_name: string }>`
    select table_name from information_schema.tables
    where table_schema = ${schema} and table_name = any(${TABLES}::text[])`.execute(db);
  return rows.map(({ table_name }) => table_name);
}

/** A version before leases were told apart by worker has no such column. */
async function hasLeases(db: Kysely<ReadTables>, schema: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from information_schema.columns
    where table_schema = ${schema} and table_name = 'delivery_queue' and column_name = 'leased_by'`.execute(db);
  return rows.length > 0;
}

async function positionOf(db: Kysely<ReadTables>): Promise<Position> {
  const rows = await db.selectFrom('projection_checkpoints').select('position').execute();
  return Math.min(...rows.map(({ position }) => position));
}
