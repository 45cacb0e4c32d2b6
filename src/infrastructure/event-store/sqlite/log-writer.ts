import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  type AppendResult,
  BEFORE_ALL,
  ConcurrencyConflict,
  type NewEvent,
  type StreamAppend,
} from '../../../application/ports/event-store.js';
import { jsonText, NotStorable, plainText } from '../storable.js';
import { chainHash, GENESIS } from './hash-chain.js';
import { BUSY_TIMEOUT_MS } from './unusable.js';

/** What became of one caller's appends: where they stand, or why none of them was written. */
export type Outcome = readonly AppendResult[] | ConcurrencyConflict | NotStorable;

/**
 * Writes groups of appends at the end of the log.
 *
 * It remembers nothing from one transaction to the next, since other processes may append to the same file. Inside of the
 * write transaction a look-up costs half a microsecond (outside, the locks make it ten times that), so there is nothing to win.
 */
export class LogWriter {
  readonly #newest: StatementSync;
  readonly #stream: StatementSync;
  readonly #from: StatementSync;
  readonly #byId: StatementSync;
  readonly #insert: StatementSync;
  readonly #insertStream: StatementSync;
  readonly #cut: StatementSync;
  readonly #cutStreams: StatementSync;
  // Of the running transaction alone.
  #position = BEFORE_ALL;
  #hash = GENESIS;
  readonly #hashBytes = Buffer.alloc(GENESIS.length / 2);

  constructor(private readonly db: DatabaseSync) {
    const prepare = (sql: string): StatementSync => db.prepare(sql, { returnArrays: true });
    this.#newest = prepare('SELECT position, lower(hex(hash)) FROM events ORDER BY position DESC LIMIT 1');
    this.#stream = prepare(`
      SELECT streams.id, revision, position FROM streams JOIN events ON stream_id = streams.id
      WHERE name = ? ORDER BY revision DESC LIMIT 1`);
    this.#from = prepare(
      'SELECT revision, position, id FROM events WHERE stream_id = ? AND revision >= ? ORDER BY revision LIMIT ?',
    );
    this.#byId = prepare('SELECT revision FROM events WHERE stream_id = ? AND id = ? ORDER BY revision DESC LIMIT 1');
    this.#insert = prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    this.#insertStream = prepare('INSERT INTO streams VALUES (?, ?)');
    this.#cut = prepare('DELETE FROM events WHERE position > ?');
    // A stream's id is the position of its first event.
    this.#cutStreams = prepare('DELETE FROM streams WHERE id > ?');
  }

  /**
   * Writes the appends of many callers in one transaction; each caller's are written as a whole or not at all, and see those
   * of the callers before.
   * @returns an outcome for each caller, durable
   * @throws whatever SQLite throws; then nothing is written. Where another process is writing, that is at once (isLocked)
   */
  write(group: readonly (readonly StreamAppend[])[]): Outcome[] {
    this.#begin();
    try {
      const [position, hash] = (this.#newest.get() as unknown as [number, string] | undefined) ?? [BEFORE_ALL, GENESIS];
      this.#position = position;
      this.#hash = hash;
      const outcomes = group.map((appends) => this.#writeAll(appends));
      this.db.exec(this.#position === position ? 'ROLLBACK' : 'COMMIT');
      return outcomes;
    } catch (error) {
      // SQLite itself rolls some failures back, such as a full disk.
      if (this.db.isTransaction) this.db.exec('ROLLBACK');
      throw error;
    }
  }

  /**
   * Doesn't wait for the lock: SQLite would do so with the event loop standing still, and with pauses so long that a busy
   * server could keep the lock from everybody else for ever.
   */
  #begin(): void {
    try {
      this.db.exec('PRAGMA busy_timeout = 0; BEGIN IMMEDIATE');
    } finally {
      this.db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    }
  }

  #writeAll(appends: readonly StreamAppend[]): Outcome {
    const [position, hash] = [this.#position, this.#hash];
    try {
      return appends.map((append) => this.#writeOne(append));
    } catch (error) {
      if (!(error instanceof ConcurrencyConflict) && !(error instanceof NotStorable)) throw error;
      if (this.#position !== position) {
        this.#cut.run(position);
        this.#cutStreams.run(position);
      }
      this.#position = position;
      this.#hash = hash;
      return error;
    }
  }

  /** @throws ConcurrencyConflict, NotStorable; what it wrote until then stands there */
  #writeOne({ stream, expectedRevision, events }: StreamAppend): AppendResult {
    plainText(stream, "a stream's name");
    const [id, actual, standsAt] = this.#standing(stream);
    const expected = expectedRevision === 'no-stream' ? -1 : expectedRevision;
    if (expected === 'any') {
      const before = this.#find(stream, id, actual, events);
      if (before !== undefined) return before;
    } else if (expected !== actual) {
      const before = expected < actual ? this.#repeated(stream, id, expected + 1, events) : undefined;
      if (before !== undefined) return before;
      throw new ConcurrencyConflict(stream, expectedRevision, actual);
    }
    if (events.length === 0) return { stream, revision: actual, position: standsAt };
    let revision = actual;
    for (const event of events) this.#append(stream, id, ++revision, event);
    return { stream, revision, position: this.#position };
  }

  /** The stream's id, and its newest revision and where that stands; what they will be counted from where it is new. */
  #standing(stream: string): [id: number, revision: number, position: number] {
    const found = this.#stream.get(stream) as unknown as [number, number, number] | undefined;
    return found ?? [this.#position + 1, -1, BEFORE_ALL];
  }

  #append(stream: string, streamId: number, revision: number, event: NewEvent): void {
    const id = plainText(event.id, "an event's id");
    const type = plainText(event.type, "an event's type");
    const data = jsonText(event.data, "An event's data");
    const metadata = jsonText(event.metadata, "An event's metadata");
    const position = this.#position + 1;
    const hash = chainHash(this.#hash, { position, stream, revision, id, type, data, metadata });
    this.#hashBytes.write(hash, 'hex');
    // `get` on a statement that returns nothing makes no object for its result, as `run` would for each event.
    if (revision === 0) this.#insertStream.get(streamId, stream);
    this.#insert.get(position, streamId, revision, id, type, data, metadata, this.#hashBytes);
    this.#position = position;
    this.#hash = hash;
  }

  /**
   * 'any' names no place, so a repeat may stand anywhere in the stream, and the stream is searched. That is affordable for
   * the streams of aggregates; those who append to a long stream name a revision.
   */
  #find(stream: string, streamId: number, newest: number, events: readonly NewEvent[]): AppendResult | undefined {
    const first = events[0];
    if (first === undefined || newest + 1 < events.length) return undefined;
    const found = this.#byId.get(streamId, first.id) as unknown as [number] | undefined;
    return found && this.#repeated(stream, streamId, found[0], events);
  }

  /** Where the events stand, if just these (by their ids) stand in the stream from that revision on. */
  #repeated(stream: string, streamId: number, from: number, events: readonly NewEvent[]): AppendResult | undefined {
    if (events.length === 0) return undefined;
    const standing = this.#from.all(streamId, from, events.length) as unknown as [number, number, string][];
    const last = standing.at(-1);
    if (last === undefined || standing.length < events.length || standing[0]?.[0] !== from) return undefined;
    if (events.some(({ id }, index) => standing[index]?.[2] !== id)) return undefined;
    return { stream, revision: last[0], position: last[1] };
  }
}
