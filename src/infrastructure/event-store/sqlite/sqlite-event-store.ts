import { DatabaseSync, type StatementSync } from 'node:sqlite';
import {
  type AppendResult, BEFORE_ALL, ConcurrencyConflict, type EventBatch, type EventStore, type ExpectedRevision,
  type NewEvent, type Position, type ReadAllOptions, type ReadStreamOptions, type RecordedEvent, type StreamAppend, type SubscribeOptions,
} from '../../../application/ports/event-store.js';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

interface Pending { appends: readonly StreamAppend[]; resolve: (r: readonly AppendResult[]) => void; reject: (e: unknown) => void }
type Row = { position: number; stream: string; revision: number; id: string; type: string; data: string; metadata: string };

export class SqliteEventStore implements EventStore {
  static open(path: string): SqliteEventStore {
    mkdirSync(dirname(path), { recursive: true });
    const db = new DatabaseSync(path, { timeout: 5000 });
    db.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
      CREATE TABLE IF NOT EXISTS events(position INTEGER PRIMARY KEY, stream TEXT NOT NULL, revision INTEGER NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, data TEXT NOT NULL, metadata TEXT NOT NULL, UNIQUE(stream, revision))`);
    return new SqliteEventStore(db);
  }
  #pending: Pending[] = [];
  #scheduled = false;
  #waiters = new Set<() => void>();
  #insert: StatementSync; #rev: StatementSync; #head: StatementSync; #after: StatementSync; #fwd: StatementSync; #bwd: StatementSync;
  private constructor(private readonly db: DatabaseSync) {
    this.#insert = db.prepare('INSERT INTO events VALUES (?,?,?,?,?,?,?)');
    this.#rev = db.prepare('SELECT max(revision) r FROM events WHERE stream=?');
    this.#head = db.prepare('SELECT max(position) p FROM events');
    this.#after = db.prepare('SELECT * FROM events WHERE position>? ORDER BY position LIMIT ?');
    this.#fwd = db.prepare('SELECT * FROM events WHERE stream=? AND revision>=? ORDER BY revision LIMIT ?');
    this.#bwd = db.prepare('SELECT * FROM events WHERE stream=? AND revision<=? ORDER BY revision DESC LIMIT ?');
  }
  async append(stream: string, expectedRevision: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult> {
    return (await this.appendMany([{ stream, expectedRevision, events }]))[0] as AppendResult;
  }
  appendMany(appends: readonly StreamAppend[]): Promise<readonly AppendResult[]> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ appends, resolve, reject });
      if (!this.#scheduled) { this.#scheduled = true; setImmediate(() => this.#flush()); }
    });
  }
  #flush() {
    this.#scheduled = false;
    const group = this.#pending; this.#pending = [];
    const done: (() => void)[] = [];
    this.db.exec('BEGIN IMMEDIATE');
    let position = ((this.#head.get() as { p: number | null }).p ?? -1);
    for (const { appends, resolve, reject } of group) {
      let conflict: Error | undefined;
      const revs = appends.map(({ stream, expectedRevision }) => {
        const actual = ((this.#rev.get(stream) as { r: number | null }).r ?? -1);
        const want = expectedRevision === 'no-stream' ? -1 : expectedRevision;
        if (want !== 'any' && want !== actual) conflict ??= new ConcurrencyConflict(stream, expectedRevision, actual);
        return actual;
      });
      if (conflict) { done.push(() => reject(conflict)); continue; }
      const results = appends.map(({ stream, events }, i) => {
        let revision = revs[i] as number;
        for (const e of events) this.#insert.run(++position, stream, ++revision, e.id, e.type, JSON.stringify(e.data), JSON.stringify(e.metadata));
        return { stream, revision, position };
      });
      done.push(() => resolve(results));
    }
    this.db.exec('COMMIT');
    for (const d of done) d();
    for (const w of this.#waiters) w();
  }
  #read(rows: unknown[]): RecordedEvent[] {
    return (rows as Row[]).map((r) => ({ ...r, data: JSON.parse(r.data), metadata: JSON.parse(r.metadata) }));
  }
  async readStream(stream: string, o: ReadStreamOptions = {}): Promise<readonly RecordedEvent[]> {
    const limit = o.limit ?? -1;
    return this.#read(o.direction === 'backwards' ? this.#bwd.all(stream, o.from ?? 1e15, limit) : this.#fwd.all(stream, o.from ?? 0, limit));
  }
  async *readAll({ after = BEFORE_ALL, batchSize = 1000 }: ReadAllOptions = {}): AsyncIterable<readonly RecordedEvent[]> {
    for (;;) {
      const events = this.#read(this.#after.all(after, batchSize));
      if (events.length === 0) return;
      after = (events.at(-1) as RecordedEvent).position;
      yield events;
    }
  }
  async *subscribe({ after = BEFORE_ALL, batchSize = 1000, signal }: SubscribeOptions): AsyncIterable<EventBatch> {
    while (!signal.aborted) {
      const events = this.#read(this.#after.all(after, batchSize));
      if (events.length > 0) { after = (events.at(-1) as RecordedEvent).position; yield { events, position: after }; continue; }
      await new Promise<void>((r) => {
        const end = () => { this.#waiters.delete(end); signal.removeEventListener('abort', end); clearTimeout(t); r(); };
        const t = setTimeout(end, 250);
        this.#waiters.add(end); signal.addEventListener('abort', end);
      });
    }
  }
  async headPosition(): Promise<Position> { return (this.#head.get() as { p: number | null }).p ?? -1; }
  async close(): Promise<void> { while (this.#pending.length > 0) await new Promise((r) => setImmediate(r)); this.db.close(); }
}
