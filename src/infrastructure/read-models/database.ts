import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, SqliteDialect } from 'kysely';
import type { ReadTables } from '../../projections/read-tables.js';
import { NodeSqlite } from './node-sqlite.js';

/** read.db can't be used; the message says why and what to do. */
export class ReadModelsUnusable extends Error {
  override readonly name = 'ReadModelsUnusable';
}

const BUSY_TIMEOUT = 5_000;

/**
 * read.db: one connection that projections and the queue are written by, and one that only reads, so that queries see whole
 * batches and wait for nobody. It can be deleted at any time while no server runs, so it is synced seldom: after a loss of
 * power it is older, never wrong.
 */
export class ReadModelDatabase {
  readonly writer: Kysely<ReadTables>;
  readonly reader: Kysely<ReadTables>;

  private constructor(private readonly connections: { writer: NodeSqlite; reader: NodeSqlite }) {
    this.writer = onKysely(connections.writer);
    this.reader = onKysely(connections.reader);
  }

  /** Makes the file where there is none. @throws ReadModelsUnusable */
  static open(path: string): ReadModelDatabase {
    mkdirSync(dirname(path), { recursive: true });
    const writer = connect(path, false, (db) => {
      db.exec(
        'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 4000',
      );
      // Reads the file's header and schema, so that a damaged file is noticed here.
      db.prepare('SELECT count(*) FROM sqlite_schema').get();
    });
    return new ReadModelDatabase({ writer, reader: connect(path, true) });
  }

  /** For looking alone, beside a running server. @throws ReadModelsUnusable, also where there is no file */
  static openReader(path: string): Kysely<ReadTables> {
    if (!existsSync(path)) {
      throw new ReadModelsUnusable(
        `There are no read models at ${path} yet; the first start of the server makes them.`,
      );
    }
    return onKysely(connect(path, true));
  }

  /** Waits for the query in hand. */
  async close(): Promise<void> {
    // Kysely closes no connection that it never asked anything, so it is told, and they are closed here.
    await this.reader.destroy();
    await this.writer.destroy();
    this.connections.reader.close();
    this.connections.writer.close();
  }
}

const onKysely = (database: NodeSqlite): Kysely<ReadTables> => new Kysely({ dialect: new SqliteDialect({ database }) });

function connect(path: string, readOnly: boolean, prepare: (db: DatabaseSync) => void = () => {}): NodeSqlite {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { readOnly, timeout: BUSY_TIMEOUT });
    prepare(db);
    return new NodeSqlite(db);
  } catch (error) {
    db?.close();
    const reason = error instanceof Error ? error.message : String(error);
    throw new ReadModelsUnusable(
      `The read models at ${path} can't be used (${reason}). They can be built again: delete the file while the server is stopped, and start it.`,
    );
  }
}
