import { type CompiledQuery, type Kysely, sql, type Transaction } from 'kysely';
import type { ProjectedEvent } from './projection.js';
import type { ReadTables } from './read-tables.js';

/** Rows or keys in one statement at the most. SQLite takes 32,766 values, and no table here has over 32 columns. */
const MOST_ROWS = 512;

export interface RowEvolution<Name extends keyof ReadTables> {
  table: Name;
  /** The table's primary key. */
  key: keyof ReadTables[Name] & string;
  /** The key of the row that the event is about. */
  keyOf(event: ProjectedEvent): string;
  /** Whether rows are made of events alone, so that none has to be read: `evolve` never sees the row before. */
  blind?: boolean;
  /** The row after the event, the same object where it changes nothing, undefined where there is to be none. */
  evolve(row: ReadTables[Name] | undefined, event: ProjectedEvent): ReadTables[Name] | undefined;
}

/**
 * Takes events into the rows that they are about, a stream a row: reads the rows in one query, evolves each in memory, and
 * writes what changed in few statements.
 */
export async function evolveRows<Name extends keyof ReadTables>(
  transaction: Transaction<ReadTables>,
  events: readonly ProjectedEvent[],
  { table, key, keyOf, evolve, blind = false }: RowEvolution<Name>,
): Promise<void> {
  type Row = ReadTables[Name];
  const keys = new Map<string, boolean>();
  for (const event of events) {
    const id = keyOf(event);
    // The first event of a stream finds no row, so that none has to be looked for.
    if (!keys.has(id)) keys.set(id, event.revision > 0 && !blind);
  }
  const before = new Map<string, Row>();
  const toLoad: string[] = [];
  for (const [id, load] of keys) if (load) toLoad.push(id);
  for (const some of portions(toLoad)) {
    const rows = await select(transaction, table, key, some);
    for (const row of rows) before.set(row[key] as string, row as unknown as Row);
  }
  const after = new Map<string, Row | undefined>(before);
  for (const event of events) {
    const id = keyOf(event);
    after.set(id, evolve(after.get(id), event));
  }
  const added: PlainRow[] = [];
  const changed: PlainRow[] = [];
  const columns = new Set<string>();
  const gone: string[] = [];
  for (const id of keys.keys()) {
    const [old, row] = [before.get(id) as PlainRow | undefined, after.get(id) as PlainRow | undefined];
    if (row === old && !blind) continue;
    if (row === undefined) gone.push(id);
    else if (old === undefined) added.push(row);
    else {
      const differing = Object.keys(row).filter((name) => row[name] !== old[name]);
      if (differing.length > 0) changed.push(row);
      for (const name of differing) columns.add(name);
    }
  }
  for (const some of portions(gone)) await deleteRows(transaction, table, key, some);
  for (const some of portions(added)) await upsert(transaction, table, key, some, Object.keys(some[0] ?? {}));
  // Only what differs is set: an index on a column that is set would be written again for nothing.
  for (const some of portions(changed)) await upsert(transaction, table, key, some, [...columns].sort());
}

/**
 * In portions whose sizes are powers of two, the largest first, so that few statements serve every number of rows and stay
 * prepared.
 */
export function* portions<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let at = 0, size = MOST_ROWS; at < items.length; at += size) {
    while (size > items.length - at) size /= 2;
    yield at === 0 && size === items.length ? items : items.slice(at, at + size);
  }
}

type PlainRow = Readonly<Record<string, unknown>>;

async function select(db: Kysely<ReadTables>, table: string, key: string, keys: readonly string[]) {
  const statement = compiled(db, `select ${table} ${keys.length}`, () =>
    sql<PlainRow>`select * from ${sql.table(table)} where ${sql.ref(key)} in (${sql.join(keys)})`.compile(db),
  );
  return (await db.executeQuery<PlainRow>({ ...statement, parameters: keys })).rows;
}

async function deleteRows(db: Kysely<ReadTables>, table: string, key: string, keys: readonly string[]): Promise<void> {
  const statement = compiled(db, `delete ${table} ${keys.length}`, () =>
    sql`delete from ${sql.table(table)} where ${sql.ref(key)} in (${sql.join(keys)})`.compile(db),
  );
  await db.executeQuery({ ...statement, parameters: keys });
}

async function upsert(
  db: Kysely<ReadTables>,
  table: string,
  key: string,
  rows: readonly PlainRow[],
  toSet: readonly string[],
): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  const statement = compiled(db, `upsert ${table} ${rows.length} ${toSet.join(' ')}`, () => {
    const values = rows.map((row) => sql`(${sql.join(columns.map((name) => row[name]))})`);
    const sets = toSet.filter((name) => name !== key).map((name) => sql`${sql.ref(name)} = excluded.${sql.ref(name)}`);
    return sql`insert into ${sql.table(table)} (${sql.join(columns.map((name) => sql.ref(name)))})
      values ${sql.join(values)} on conflict (${sql.ref(key)}) do update set ${sql.join(sets)}`.compile(db);
  });
  const parameters: unknown[] = [];
  for (const row of rows) for (const name of columns) parameters.push(row[name]);
  await db.executeQuery({ ...statement, parameters });
}

/** Statements by their shape, for each dialect: compiling one costs more than running it. Few, by {@link portions}. */
const statements = new WeakMap<object, Map<string, CompiledQuery>>();

/** The statement of a shape, compiled once; its parameters are put in at each use. */
export function compiled(db: Kysely<ReadTables>, shape: string, compile: () => CompiledQuery): CompiledQuery {
  const dialect = db.getExecutor().adapter;
  let known = statements.get(dialect);
  if (known === undefined) {
    known = new Map();
    statements.set(dialect, known);
  }
  let statement = known.get(shape);
  if (statement === undefined) {
    statement = compile();
    known.set(shape, statement);
  }
  return statement;
}
