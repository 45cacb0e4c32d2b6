import { type Kysely, sql } from 'kysely';
import { BEFORE_ALL, type Position } from '../../../application/ports/event-store.js';
import type { ReadTables } from '../../../projections/read-tables.js';
import type { Rebuild } from '../read-model-database.js';

const UNDEFINED_TABLE = '42P01';
const UNDEFINED_SCHEMA = '3F000';

/** The schema that is filled while `schema` goes on being used. */
export const besideOf = (schema: string): string => `${schema}_rebuild`;

/**
 * Whether the tables of a schema are being built anew, in whichever process, and how far that is. Nothing is kept of it for
 * this purpose, and so nothing can be left behind by a crash: the schema beside has checkpoints like any other, and the lock that
 * a rebuild holds ends with its connection.
 */
export async function rebuildBeside(db: Kysely<ReadTables>, schema: string): Promise<Rebuild | undefined> {
  const { rows } = await sql<{ there: boolean; since: number | null }>`
    select to_regclass(quote_ident(${besideOf(schema)}) || '.projection_checkpoints') is not null as there, (
      select (extract(epoch from backend_start) * 1000)::bigint from pg_locks join pg_stat_activity using (pid)
      where locktype = 'advisory' and granted and objsubid = 2
        and pg_locks.database = (select oid from pg_database where datname = current_database())
        and classid::bigint = hashtext(${schema})::bigint & 4294967295
        and objid::bigint = hashtext('rebuild')::bigint & 4294967295
      limit 1
    ) as since`.execute(db);
  const { there, since } = rows[0] as { there: boolean; since: number | null };
  const position = there ? await positionBeside(db, schema) : undefined;
  if (since !== null) return { state: 'running', position: position ?? BEFORE_ALL, since: Number(since) };
  return position === undefined ? undefined : { state: 'broken off', position };
}

/** Undefined where it was swapped in or dropped at this moment. */
async function positionBeside(db: Kysely<ReadTables>, schema: string): Promise<Position | undefined> {
  try {
    const { rows } = await sql<{ position: number | null }>`
      select min(position) as position from ${sql.id(besideOf(schema), 'projection_checkpoints')}`.execute(db);
    return rows[0]?.position ?? BEFORE_ALL;
  } catch (error) {
    if ([UNDEFINED_TABLE, UNDEFINED_SCHEMA].includes((error as { code?: string }).code ?? '')) return undefined;
    throw error;
  }
}
