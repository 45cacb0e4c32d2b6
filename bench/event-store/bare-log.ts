import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { NewEvent } from '../../src/application/ports/event-store.js';

/** Events that go to a stream, from this revision on. */
export interface BareAppend {
  stream: string;
  revision: number;
  events: readonly NewEvent[];
}

/** What is left when everything but SQLite is taken from the event store: a plain table of the same columns and keys, no promises. */
export class BareLog {
  readonly db: DatabaseSync;
  readonly #insert: StatementSync;
  #position = -1;

  /** The same durability as ours; everything else as SQLite has it by default, unless other pragmas are given. */
  constructor(path: string, pragmas = '') {
    this.db = new DatabaseSync(path);
    this.db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      ${pragmas};
      CREATE TABLE events(
        position INTEGER PRIMARY KEY, stream TEXT NOT NULL, revision INTEGER NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL,
        data TEXT NOT NULL, metadata TEXT NOT NULL, UNIQUE(stream, revision))`);
    this.#insert = this.db.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)');
  }

  /** One transaction. */
  append(appends: readonly BareAppend[]): void {
    this.db.exec('BEGIN IMMEDIATE');
    for (const { stream, revision, events } of appends) {
      for (const [index, { id, type, data, metadata }] of events.entries()) {
        const [dataText, metadataText] = [JSON.stringify(data), JSON.stringify(metadata)];
        this.#insert.run(++this.#position, stream, revision + index, id, type, dataText, metadataText);
      }
    }
    this.db.exec('COMMIT');
  }
}
