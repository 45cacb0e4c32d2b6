import { accessSync, constants, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import {
  type AppendResult,
  BEFORE_ALL,
  type EventBatch,
  type EventStore,
  EventStoreUnusable,
  type ExpectedRevision,
  type NewEvent,
  type Position,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
  type StreamAppend,
  type SubscribeOptions,
} from '../../../application/ports/event-store.js';
import type { Upcasts } from '../../../application/ports/upcaster.js';
import { useWriteAheadLog } from '../../system/write-ahead-log.js';
import { batchSizeOf } from '../batch-size.js';
import { HeadWatch } from './head-watch.js';
import { inspectFile } from './inspect-file.js';
import { LogWriter } from './log-writer.js';
import { RecordedEvents, type Row, SELECT_ROWS } from './recorded-events.js';
import { checkSchema, createSchema } from './schema.js';
import { BUSY_TIMEOUT_MS, isLocked, unusable } from './unusable.js';

/** Often enough to meet the short moments in which a busy writer has let go of the lock. */
const LOCK_RETRY_MS = 1;

/**
 * `synchronous=FULL` makes each commit wait for the disk. The checkpoint at 16 MiB of -wal (SQLite's own is 4) writes a page
 * that many appends changed once instead of often: a fifth more appends a second here. After a burst the -wal shrinks to 64 MiB.
 */
const PRAGMAS = `
  PRAGMA synchronous = FULL;
  PRAGMA wal_autocheckpoint = 4000;
  PRAGMA journal_size_limit = 67108864;`;

export interface SqliteEventStoreOptions {
  /** How old events are brought up to the newest version when they are read. */
  upcasts?: Upcasts;
  /** Makes the connection; for tests that watch it or let it fail. */
  connect?: (path: string, options: { timeout: number }) => DatabaseSync;
}

interface Pending {
  appends: readonly StreamAppend[];
  resolve(results: readonly AppendResult[]): void;
  reject(error: Error): void;
}

/**
 * The embedded event store: one SQLite file, a hash chain over the log, and appends of two turns of the event loop in one
 * transaction (docs/decisions/0001). Several stores, in one process or many, may be open on the same file.
 */
export class SqliteEventStore implements EventStore {
  /**
   * Opens the file, and makes it, and its folder, where there is none.
   * @throws EventStoreUnusable where that can't be done; what stands there stays as it is, to the byte
   */
  static open(path: string, options: SqliteEventStoreOptions = {}): SqliteEventStore {
    // Before anything that writes, as the change to WAL does.
    const found = inspectFile(path);
    const connect = options.connect ?? ((file, settings) => new DatabaseSync(file, settings));
    let db: DatabaseSync | undefined;
    try {
      if (found === 'nothing') mkdirSync(dirname(path), { recursive: true });
      else accessSync(path, constants.W_OK);
      db = connect(path, { timeout: BUSY_TIMEOUT_MS });
      createSchema(db);
      checkSchema(db, path);
      const mode = useWriteAheadLog(db, BUSY_TIMEOUT_MS);
      if (mode !== 'wal')
        throw new EventStoreUnusable(
          `The event store ${path} can't be opened: its file system does not allow SQLite's WAL (it says '${mode}'); put it on a local disk.`,
        );
      db.exec(PRAGMAS);
      return new SqliteEventStore(db, path, options.upcasts ?? {});
    } catch (error) {
      db?.close();
      throw unusable(path, error);
    }
  }

  readonly atomic = true;
  readonly #writer: LogWriter;
  readonly #recorded: RecordedEvents;
  readonly #watch: HeadWatch;
  readonly #head: StatementSync;
  readonly #after: StatementSync;
  readonly #forwards: StatementSync;
  readonly #backwards: StatementSync;
  #lastRead: { after: Position; events: readonly RecordedEvent[] } = { after: BEFORE_ALL, events: [] };
  #pending: Pending[] = [];
  /** Since when another process keeps us from writing; by performance.now(). */
  #lockedSince: number | undefined;
  #closing: Promise<void> | undefined;
  #closed = false;

  private constructor(
    private readonly db: DatabaseSync,
    private readonly path: string,
    upcasts: Upcasts,
  ) {
    const prepare = (sql: string): StatementSync => db.prepare(sql, { returnArrays: true });
    this.#writer = new LogWriter(db);
    this.#recorded = new RecordedEvents(upcasts, path);
    this.#head = prepare('SELECT max(position) FROM events');
    this.#after = prepare(`${SELECT_ROWS} WHERE position > ? ORDER BY position LIMIT ?`);
    const ofStream = `${SELECT_ROWS} WHERE stream_id = (SELECT id FROM streams WHERE name = ?)`;
    this.#forwards = prepare(`${ofStream} AND revision >= ? ORDER BY revision LIMIT ?`);
    this.#backwards = prepare(`${ofStream} AND revision <= ? ORDER BY revision DESC LIMIT ?`);
    this.#watch = new HeadWatch(() => this.#readHead());
  }

  async append(stream: string, expectedRevision: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult> {
    const [result] = await this.appendMany([{ stream, expectedRevision, events }]);
    return result as AppendResult;
  }

  async appendMany(appends: readonly StreamAppend[]): Promise<readonly AppendResult[]> {
    if (this.#closing !== undefined) throw this.#closedError();
    return new Promise((resolve, reject) => {
      // Two turns of the event loop: what has arrived by the first leads to appends in the second, and they share the commit.
      if (this.#pending.length === 0) setImmediate(() => setImmediate(() => this.#commit()));
      this.#pending.push({ appends, resolve, reject });
    });
  }

  async readStream(stream: string, options: ReadStreamOptions = {}): Promise<readonly RecordedEvent[]> {
    const { direction, from, limit } = options;
    const most = atMost(limit, 0);
    return direction === 'backwards'
      ? this.#read(this.#backwards, stream, atMost(from), most)
      : this.#read(this.#forwards, stream, from ?? 0, most);
  }

  async *readAll(options: ReadAllOptions = {}): AsyncIterable<readonly RecordedEvent[]> {
    let { after = BEFORE_ALL } = options;
    const batchSize = batchSizeOf(options);
    for (;;) {
      const events = this.#read(this.#after, after, batchSize);
      const last = events.at(-1);
      if (last === undefined) return;
      after = last.position;
      yield events;
      if (events.length < batchSize) return;
      // Reading is synchronous; whatever else the process does has its turn between two batches.
      await nextTurn();
    }
  }

  async *subscribe(options: SubscribeOptions): AsyncIterable<EventBatch> {
    let { after = BEFORE_ALL } = options;
    const batchSize = batchSizeOf(options);
    const { signal } = options;
    this.#refuseIfClosed();
    while (!signal.aborted && !this.#closed) {
      const events = this.#readOn(after, batchSize);
      const last = events.at(-1);
      if (last === undefined) {
        await this.#watch.past(after, signal);
        continue;
      }
      after = last.position;
      yield { events, position: after };
      if (events.length === batchSize) await nextTurn();
    }
  }

  async headPosition(): Promise<Position> {
    this.#refuseIfClosed();
    try {
      return this.#readHead();
    } catch (error) {
      throw unusable(this.path, error);
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#commit();
    while (this.#pending.length > 0) await pause(LOCK_RETRY_MS);
    this.#closed = true;
    this.#watch.end();
    try {
      this.db.exec('PRAGMA wal_checkpoint(PASSIVE)');
    } catch {
      // What is in the -wal is as durable as in the file; the next one to open it moves it there.
    } finally {
      this.db.close();
    }
  }

  /** Writes what has come since the last commit, and answers each caller; or tries again soon while others are writing. */
  #commit(): void {
    const group = this.#pending;
    if (group.length === 0) return;
    try {
      const outcomes = this.#writer.write(group.map(({ appends }) => appends));
      for (const [index, { resolve, reject }] of group.entries()) {
        const outcome = outcomes[index] as (typeof outcomes)[number];
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      }
    } catch (error) {
      if (isLocked(error)) {
        this.#lockedSince ??= performance.now();
        if (performance.now() - this.#lockedSince < BUSY_TIMEOUT_MS) {
          setTimeout(() => this.#commit(), LOCK_RETRY_MS);
          return;
        }
      }
      const failure = unusable(this.path, error);
      for (const { reject } of group) reject(failure);
    }
    this.#pending = [];
    this.#lockedSince = undefined;
    this.#watch.wakeAll();
  }

  #read(statement: StatementSync, ...parameters: readonly (string | number)[]): RecordedEvent[] {
    this.#refuseIfClosed();
    let rows: readonly Row[];
    try {
      rows = statement.all(...parameters) as unknown as readonly Row[];
    } catch (error) {
      throw unusable(this.path, error);
    }
    return this.#recorded.of(rows);
  }

  /**
   * What comes after a position. Those who are live ask one after another for the same events, so what was read last is given
   * again: the log only grows, and so it is still right, if perhaps not all there is.
   */
  #readOn(after: Position, batchSize: number): readonly RecordedEvent[] {
    const { after: from, events } = this.#lastRead;
    if (from === after && events.length > 0 && events.length <= batchSize) return events;
    const read = this.#read(this.#after, after, batchSize);
    this.#lastRead = { after, events: read };
    return read;
  }

  #readHead(): Position {
    const [head] = this.#head.get() as unknown as [number | null];
    return head ?? BEFORE_ALL;
  }

  #refuseIfClosed(): void {
    if (this.#closed) throw this.#closedError();
  }

  #closedError(): EventStoreUnusable {
    return new EventStoreUnusable(`The event store ${this.path} is closed.`);
  }
}

/** SQLite takes whole numbers of 64 bits and reads a negative limit as none; JavaScript's Infinity is neither. */
const atMost = (value: number | undefined, least = Number.MIN_SAFE_INTEGER): number =>
  Math.min(Math.max(value ?? Number.MAX_SAFE_INTEGER, least), Number.MAX_SAFE_INTEGER);
