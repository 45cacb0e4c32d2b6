import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, SqliteDialect, sql } from 'kysely';
import type { Logger } from '../../application/ports/logger.js';
import { KeysUnusable } from '../../application/ports/vault.js';
import { type Settings, shownLocation } from '../../settings.js';
import { NodeSqlite } from '../read-models/sqlite/node-sqlite.js';
import { useWriteAheadLog } from '../system/write-ahead-log.js';
import { KeyRing } from './key-ring.js';
import { createKeyTables, createMasterKeyTable, type KeyTables } from './key-tables.js';
import { MasterKeys } from './master-keys.js';

const BUSY_TIMEOUT = 5_000;

/** Only whoever runs the server may read it. */
const OWNER_ALONE = 0o600;

/**
 * Opens the keys: beside the events in keys.db or, where the read models are in PostgreSQL, in a schema of their own there,
 * which all processes share. Makes what isn't there yet.
 * @throws KeysUnusable
 */
export async function openKeys(settings: KeySettings, logger: Logger): Promise<KeyRing> {
  const path = join(settings.dataDir, 'keys.db');
  const inFile = settings.readModels.kind === 'sqlite';
  const needsFile = inFile || settings.masterKeys.length === 0;
  const file = needsFile || existsSync(path) ? openFile(path, logger) : undefined;
  if (file !== undefined) await createMasterKeyTable(file);
  const masters = new MasterKeys(settings.masterKeys, file);
  const { readModels } = settings;
  const db =
    readModels.kind === 'sqlite'
      ? (file as Kysely<KeyTables>)
      : await openSchema(readModels.url, shownLocation(readModels), logger);
  const ring = new KeyRing(db, masters, {
    erase: async () => {
      if (file !== undefined) await foldLog(file);
    },
    close: async () => {
      await db.destroy();
      await file?.destroy();
    },
  });
  try {
    if (inFile) await createKeyTables(db);
    await ring.prepare();
  } catch (error) {
    await ring.close();
    throw error;
  }
  return ring;
}

export type KeySettings = Pick<Settings, 'dataDir' | 'readModels' | 'masterKeys'>;

/** keys.db; readable by its owner alone from its first moment on. What is deleted in it is overwritten. */
function openFile(path: string, logger: Logger): Kysely<KeyTables> {
  mkdirSync(dirname(path), { recursive: true });
  try {
    if (!existsSync(path)) closeSync(openSync(path, 'a', OWNER_ALONE));
    const mode = statSync(path).mode & 0o777;
    if ((mode & 0o077) !== 0) {
      chmodSync(path, OWNER_ALONE);
      logger.warn({ path, mode: mode.toString(8) }, 'keys.db could be read by others; its mode is 600 now');
    }
    const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT });
    useWriteAheadLog(database, BUSY_TIMEOUT);
    database.exec('PRAGMA synchronous = FULL; PRAGMA secure_delete = ON');
    return new Kysely<KeyTables>({ dialect: new SqliteDialect({ database: new NodeSqlite(database) }) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new KeysUnusable(
      `The keys at ${path} can't be used (${reason}); restore the file from a back-up, since what is sealed opens with nothing else.`,
    );
  }
}

/** A key is on the disk before anything that it seals, whatever the database is set to for the read models. */
const DURABLE = 'jit=off synchronous_commit=on';

/** A schema beside that of the read models, since those are thrown away and built anew. */
async function openSchema(url: string, where: string, logger: Logger): Promise<Kysely<KeyTables>> {
  const { connectPool, inSchema } = await import('../read-models/postgres/connections.js');
  const { unusable } = await import('../read-models/postgres/unusable.js');
  const live = connectPool<KeyTables>(url, where, 1, logger);
  try {
    const { rows } = await sql<{ schema: string }>`select current_schema() as schema`.execute(live);
    const schema = `${rows[0]?.schema}_keys`;
    await live.transaction().execute(async (transaction) => {
      // Processes that start together make it one after another.
      await sql`select pg_advisory_xact_lock(hashtext(${schema}), hashtext('keys'))`.execute(transaction);
      await sql`create schema if not exists ${sql.id(schema)}`.execute(transaction);
      await sql`set local search_path to ${sql.id(schema)}`.execute(transaction);
      await createKeyTables(transaction);
    });
    return connectPool<KeyTables>(inSchema(url, schema), where, 2, logger, DURABLE);
  } catch (error) {
    throw unusable(where, error);
  } finally {
    await live.destroy();
  }
}

/** Folds SQLite's write-ahead log into the file, so that what was overwritten is overwritten everywhere. */
const foldLog = (db: Kysely<KeyTables>): Promise<unknown> => sql`PRAGMA wal_checkpoint(TRUNCATE)`.execute(db);
