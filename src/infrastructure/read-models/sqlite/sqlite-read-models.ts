import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, SqliteDialect } from 'kysely';
import type { EventStore, Position } from '../../../application/ports/event-store.js';
import { ALONE } from '../../../application/ports/leadership.js';
import type { Vault } from '../../../application/ports/vault.js';
import type { CommitNews } from '../../../projections/projection-lane.js';
import type { ProjectionProgress } from '../../../projections/projection-progress.js';
import { prepareTables } from '../../../projections/projection-tables.js';
import { LANES_OF_ONE_PROCESS, PROJECTIONS } from '../../../projections/projections.js';
import type { ReadTables } from '../../../projections/read-tables.js';
import { type ReadModelDatabase, ReadModelsUnusable } from '../read-model-database.js';
import { NodeSqlite } from './node-sqlite.js';
import { rebuildFile } from './rebuild-file.js';
import { SqliteDeliveryQueue } from './sqlite-delivery-queue.js';

const BUSY_TIMEOUT = 5_000;

/**
 * read.db: one connection that projections and the queue are written by, and one that only reads, so that queries see whole
 * batches and wait for nobody. It belongs to one process. It can be deleted at any time while no server runs, so it is
 * synced seldom: after a loss of power it is older, never wrong.
 */
export class SqliteReadModels implements ReadModelDatabase {
  readonly exclusive = true;
  readonly lanes = LANES_OF_ONE_PROCESS;
  readonly leadership = ALONE;
  readonly writer: Kysely<ReadTables>;
  readonly reader: Kysely<ReadTables>;
  readonly news: CommitNews = { afterCommit: async (commit) => this.#progress?.committed(commit) };
  #progress: ProjectionProgress | undefined;

  private constructor(
    private readonly path: string,
    private readonly connections: { writer: NodeSqlite; reader: NodeSqlite },
  ) {
    this.writer = onKysely(connections.writer);
    this.reader = onKysely(connections.reader);
  }

  /** Makes the file where there is none. @throws ReadModelsUnusable */
  static open(path: string): SqliteReadModels {
    mkdirSync(dirname(path), { recursive: true });
    const writer = connect(path, false, (db) => {
      db.exec(
        'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 4000',
      );
      // Reads the file's header and schema, so that a damaged file is noticed here.
      db.prepare('SELECT count(*) FROM sqlite_schema').get();
    });
    return new SqliteReadModels(path, { writer, reader: connect(path, true) });
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

  prepare(eventStore: EventStore): Promise<ReadonlyMap<string, string>> {
    return prepareTables(this.writer, PROJECTIONS, eventStore);
  }

  async follow(progress: ProjectionProgress): Promise<void> {
    await progress.refresh(this.writer);
    this.#progress = progress;
  }

  newQueue(_workerId: string, perOrigin: number, progress: ProjectionProgress): SqliteDeliveryQueue {
    const queue = new SqliteDeliveryQueue(this.writer, perOrigin);
    progress.onCommit((changed) => {
      if (changed.has('queue')) queue.changed();
    });
    return queue;
  }

  /** Nobody may have the file open. */
  static async rebuild(
    eventStore: EventStore,
    vault: Vault,
    path: string,
    progress?: (position: Position, head: Position) => void,
  ): Promise<Position> {
    return rebuildFile(eventStore, vault, path, (beside) => SqliteReadModels.open(beside), progress);
  }

  async size(): Promise<number> {
    return fileSize(this.path) + fileSize(`${this.path}-wal`);
  }

  /** One that goes on has the file for itself, so nobody is there to be told. */
  async rebuild(): Promise<undefined> {}

  problem(): string | undefined {
    return this.connections.writer.isOpen ? undefined : `${this.path} is closed`;
  }

  async close(): Promise<void> {
    // Kysely closes no connection that it never asked anything, so it is told, and they are closed here.
    await this.reader.destroy();
    await this.writer.destroy();
    this.connections.reader.close();
    this.connections.writer.close();
  }
}

const fileSize = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

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
