import type { Kysely, Transaction } from 'kysely';
import type { ProjectedEvent } from './projection.js';
import type { ReadTables } from './read-tables.js';

/** Values in one statement; SQLite takes 32,766 at the most. */
const MAX_VALUES = 16_000;

/** Keys in one look-up: statements of few different lengths can be kept prepared. */
const KEYS_AT_ONCE = 500;

export interface RowEvolution<Name extends keyof ReadTables> {
  table: Name;
  /** The table's primary key. */
  key: keyof ReadTables[Name] & string;
  /** The key of the row that the event is about. */
  keyOf(event: ProjectedEvent): string;
  /** The row after the event, the same object where it changes nothing, undefined where there is to be none. */
  evolve(row: ReadTables[Name] | undefined, event: ProjectedEvent): ReadTables[Name] | undefined;
}

/**
 * Takes events into the rows that they are about, a stream a row: reads the rows in one query, evolves each in memory, and
 * writes what changed in one statement.
 */
export async function evolveRows<Name extends keyof ReadTables>(
  transaction: Transaction<ReadTables>,
  events: readonly ProjectedEvent[],
  { table, key, keyOf, evolve }: RowEvolution<Name>,
): Promise<void> {
  type Row = ReadTables[Name];
  const keys = new Map<string, boolean>();
  for (const event of events) {
    const id = keyOf(event);
    // The first event of a stream finds no row, so that none has to be looked for.
    if (!keys.has(id)) keys.set(id, event.revision > 0);
  }
  const before = new Map<string, Row>();
  const toLoad = [...keys].filter(([, load]) => load).map(([id]) => id);
  // One code for every table: their columns' types were checked where the rows were made.
  const db = transaction as unknown as Kysely<{ rows: Record<string, unknown> }>;
  const rowsOf = table as unknown as 'rows';
  for (const some of portions(toLoad, KEYS_AT_ONCE)) {
    const rows = await db.selectFrom(rowsOf).selectAll().where(key as string, 'in', some).execute();
    for (const row of rows) before.set(row[key] as string, row as unknown as Row);
  }
  const after = new Map<string, Row | undefined>(before);
  for (const event of events) {
    const id = keyOf(event);
    after.set(id, evolve(after.get(id), event));
  }
  const changed: Record<string, unknown>[] = [];
  const gone: string[] = [];
  for (const id of keys.keys()) {
    const row = after.get(id);
    if (row === before.get(id)) continue;
    if (row === undefined) gone.push(id);
    else changed.push(row as unknown as Record<string, unknown>);
  }
  for (const some of portions(gone, KEYS_AT_ONCE)) await db.deleteFrom(rowsOf).where(key as string, 'in', some).execute();
  const columns = Object.keys(changed[0] ?? {});
  for (const some of portions(changed, Math.floor(MAX_VALUES / Math.max(1, columns.length)))) {
    await db
      .insertInto(rowsOf)
      .values(some)
      .onConflict((conflict) =>
        conflict
          .column(key)
          .doUpdateSet((eb) =>
            Object.fromEntries(columns.filter((name) => name !== key).map((name) => [name, eb.ref(`excluded.${name}`)])),
          ),
      )
      .execute();
  }
}

export function* portions<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
