import type { DatabaseSync } from 'node:sqlite';
import { EventStoreUnusable } from '../../../application/ports/event-store.js';

/** "hklg" in ASCII: says in the file's header that it is ours, so that no other program's file is taken for one. */
export const APPLICATION_ID = 0x686b6c67;

/** The version of the tables, kept in `PRAGMA user_version`. Event data has versions of its own: see Upcasts. */
export const SCHEMA_VERSION = 2;

const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  streams: ['id', 'name'],
  events: ['position', 'stream_id', 'revision', 'id', 'type', 'data', 'metadata', 'hash'],
};

/**
 * The log. Each index is paid with every append, and one over random ids would dirty a page of its own for each event;
 * so there is none on `id`. LogWriter finds a repeated append by its place in the stream instead. The hash is kept in
 * bytes, half of its hex: every byte of a row is written twice, to the -wal and to the file.
 *
 * Names of streams are random too. So each stands in an index once, not once an event, and events hold the stream's id: the
 * position of its first event. Those of streams that are young together then stand on few pages of their index.
 */
const TABLES = `
  CREATE TABLE streams(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  );
  CREATE TABLE events(
    position INTEGER PRIMARY KEY,
    stream_id INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    metadata TEXT NOT NULL,
    hash BLOB NOT NULL,
    UNIQUE(stream_id, revision)
  )`;

/**
 * Makes the tables in an empty file; leaves any other as it is. In one transaction, so that no half-made file is ever
 * found, and before the file turns to WAL, so that its header says from the first byte on whose it is.
 */
export function createSchema(db: DatabaseSync): void {
  if (!isEmpty(db)) return;
  db.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have been quicker.
    if (isEmpty(db)) {
      db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}; ${TABLES}`);
    }
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

function isEmpty(db: DatabaseSync): boolean {
  const [tables] = db.prepare('SELECT count(*) FROM sqlite_schema', { returnArrays: true }).get() as unknown as [
    number,
  ];
  return tables === 0;
}

/** @throws EventStoreUnusable where the file is another program's, or of a version that this one doesn't know */
export function checkSchema(db: DatabaseSync, path: string): void {
  if (pragma(db, 'application_id') !== APPLICATION_ID) {
    throw new EventStoreUnusable(
      `The file ${path} is a SQLite file of another program, not an event store of hookledger; name another file.`,
    );
  }
  const version = pragma(db, 'user_version');
  if (version > SCHEMA_VERSION) {
    throw new EventStoreUnusable(
      `The event store ${path} was written by a newer version of hookledger (schema ${version}; this one knows ${SCHEMA_VERSION}); use that version.`,
    );
  }
  if (version >= 1 && version < SCHEMA_VERSION) {
    throw new EventStoreUnusable(
      `The event store ${path} was made by a development version; it is too old to be read (schema ${version}; this version knows ${SCHEMA_VERSION}): move it away, and a new one is made.`,
    );
  }
  for (const [table, made] of Object.entries(COLUMNS)) {
    const columns = db.prepare('SELECT name FROM pragma_table_info(?)').all(table);
    if (version < 1 || columns.map(({ name }) => name).join() !== made.join()) {
      throw new EventStoreUnusable(
        `The event store ${path} is damaged (its table '${table}' is not as it was made); restore it from a back-up.`,
      );
    }
  }
}

function pragma(db: DatabaseSync, name: 'application_id' | 'user_version'): number {
  return Number((db.prepare(`PRAGMA ${name}`).get() as Record<string, number>)[name]);
}
