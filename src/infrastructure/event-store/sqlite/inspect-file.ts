import { accessSync, constants, existsSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { EventStoreUnusable } from '../../../application/ports/event-store.js';
import { chainHash, GENESIS, type HashedEvent } from './hash-chain.js';
import { checkSchema } from './schema.js';
import { BUSY_TIMEOUT_MS, unusable } from './unusable.js';

/*
 * Everything here looks at the file through SQLite and never opens it by `fs`: the locks of POSIX belong to the process, and
 * closing any descriptor of the file would let go of those that another connection of this process holds on it.
 */

/** The smallest page that SQLite knows, in bytes. */
const LEAST_DATABASE = 512;

/** What stands at the path: nothing yet (or an empty file), or an event store. */
export type Found = 'nothing' | 'event-store';

/**
 * Looks whether the file can be used, without writing a byte to it or beside it.
 * @throws EventStoreUnusable where it is damaged, another program's, of a newer version, locked, or no file
 */
export function inspectFile(path: string): Found {
  if (!holdsBytes(path)) return 'nothing';
  // A crash while the file was made: only SQLite can roll that back, by opening it for writing.
  if (sizeOf(`${path}-journal`) > 0) return 'event-store';
  try {
    const before = hasLog(path);
    try {
      inspectContents(path, before);
    } catch (error) {
      // Without a -wal nobody had it open, so it was read without locks; unless somebody has opened it meanwhile.
      if (before || !hasLog(path)) throw error;
      inspectContents(path, true);
    }
  } catch (error) {
    throw unusable(path, error);
  }
  return 'event-store';
}

/** Whether there is anything at the path. @throws EventStoreUnusable where it isn't a file */
function holdsBytes(path: string): boolean {
  let stats: Stats | undefined;
  try {
    stats = statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw unusable(path, error);
  }
  if (stats === undefined) return false;
  if (!stats.isFile()) {
    const what = stats.isDirectory() ? 'a folder' : 'not a regular file';
    throw new EventStoreUnusable(`The event store ${path} can't be opened: it is ${what}; name a file.`);
  }
  if (stats.size > 0 && stats.size < LEAST_DATABASE) {
    // SQLite itself would take it for an empty one and write over it.
    throw new EventStoreUnusable(
      `The event store ${path} is damaged or something else: with ${stats.size} bytes it is no SQLite file; restore it from a back-up, or name another file.`,
    );
  }
  return stats.size > 0;
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
const hasLog = (path: string): boolean => existsSync(`${path}-wal`);

function inspectContents(path: string, openElsewhere: boolean): void {
  const db = openElsewhere ? new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS }) : openAtRest(path);
  try {
    checkSchema(db, path);
    checkNewest(db, path);
  } finally {
    db.close();
  }
}

/** Reads a file that nobody writes: no locks, and no -wal or -shm beside it. */
function openAtRest(path: string): DatabaseSync {
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  return new DatabaseSync(url, { readOnly: true });
}

/**
 * A connection for reading alone that works beside a running server, changes nothing in the file and leaves nothing beside it.
 * @throws EventStoreUnusable where there is no such file
 */
export function openForReading(path: string): DatabaseSync {
  if (!holdsBytes(path)) throw new EventStoreUnusable(`There is no event store at ${path}.`);
  try {
    // A reader that came first would leave its -wal behind; a writer takes it away when it closes. And a writer that found a
    // -wal would move it into the file.
    if (hasLog(path)) return new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
    if (!isWritable(path)) return openAtRest(path);
    const db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    db.exec('PRAGMA query_only = ON');
    return db;
  } catch (error) {
    throw unusable(path, error);
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    accessSync(dirname(path), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** The end of the log is where a file that was cut off or half-copied shows it; `verify` reads the rest. */
function checkNewest(db: DatabaseSync, path: string): void {
  const [newest, before] = db
    .prepare(
      `SELECT position, stream_id, name AS stream, revision, events.id, type, data, metadata, lower(hex(hash)) AS hash
       FROM events LEFT JOIN streams ON streams.id = stream_id ORDER BY position DESC LIMIT 2`,
    )
    .all() as unknown as [(HashedEvent & { stream_id: number; hash: string })?, { hash: string }?];
  // In one statement: beside a server both may grow.
  const beyond = db
    .prepare('SELECT id FROM streams WHERE id > (SELECT ifnull(max(position), -1) FROM events) LIMIT 1')
    .get();
  if (beyond !== undefined) {
    throw new EventStoreUnusable(
      `The event store ${path} is damaged (a stream begins at position ${beyond.id}, and its events end before); restore it from a back-up.`,
    );
  }
  if (newest === undefined) return;
  const { position, stream, stream_id: streamId, revision } = newest;
  const found = db.prepare('SELECT position FROM events WHERE stream_id = ? AND revision = ?').get(streamId, revision);
  const named = db.prepare('SELECT id FROM streams WHERE name = ?').get(stream);
  if (
    found?.position !== position ||
    named?.id !== streamId ||
    chainHash(before?.hash ?? GENESIS, newest) !== newest.hash
  ) {
    throw new EventStoreUnusable(
      `The event store ${path} is damaged (its newest event, at position ${position}, is not as it was written); restore it from a back-up.`,
    );
  }
}
