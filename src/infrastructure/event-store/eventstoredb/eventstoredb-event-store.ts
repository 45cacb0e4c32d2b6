import {
  type AppendResult,
  BEFORE_ALL,
  ConcurrencyConflict,
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
import { batchSizeOf } from '../batch-size.js';
import { Appending } from './appending.js';
import { type BackOff, DEFAULT_BACK_OFF } from './back-off.js';
import { Calls } from './calls.js';
import { CatchUp } from './catch-up.js';
import { Connection } from './connection.js';
import type { ReadRequest, ReadResponse } from './generated.js';
import { InTurn } from './in-turn.js';
import { allRequest, type LogPosition, readToEnd, streamRequest } from './reading.js';
import { DEFAULT_PREFIX, StreamNames } from './stream-names.js';
import { type SentEvent, sentEvent, WireEvents } from './wire-events.js';

/** How long a call may take, with all its tries, unless the connection string says otherwise by `defaultDeadline`. */
const DEFAULT_DEADLINE_MS = 10_000;

/** Events of a stream that are read by one call, at the most. */
const STREAM_PAGE = 4_096;

export interface EventStoreDbOptions {
  /** How old events are brought up to the newest version when they are read. */
  upcasts?: Upcasts;
  /** What the names of all streams begin with on the server: several installations can share one. */
  prefix?: string;
  /** How long a call may take, with all its tries; before what the connection string says. */
  deadlineMs?: number;
  /** The pauses between tries. */
  backOff?: BackOff;
}

/** An append that can be sent: its stream's name and its events are fit for the server. */
interface Prepared {
  stream: string;
  onServer: string;
  expected: ExpectedRevision;
  events: readonly SentEvent[];
}

/** Where a stream's last event is. */
interface Standing {
  revision: number;
  position: Position;
}

/**
 * The distributed event store: EventStoreDB or KurrentDB, by gRPC (docs/decisions/0010). It can't write to several streams at
 * once, so `appendMany` writes them in the order given. Any number of stores, in any processes, may use the same server.
 */
export class EventStoreDbEventStore implements EventStore {
  /** Connects when it is first used. @throws EventStoreUnusable where the connection string can't be used */
  static open(url: string, options: EventStoreDbOptions = {}): EventStoreDbEventStore {
    return new EventStoreDbEventStore(Connection.open(url, options.backOff), options);
  }

  readonly atomic = false;
  readonly #calls: Calls;
  readonly #appending: Appending;
  readonly #names: StreamNames;
  readonly #events: WireEvents;
  /** Appends under way, which closing waits for. */
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #subscriptions = new Set<CatchUp>();
  /** Reads of where a stream stands, which whoever asks at the same time shares. */
  readonly #standing = new Map<string, Promise<Standing>>();
  readonly #appendsToAny = new InTurn();
  readonly #closed = new AbortController();
  #closing: Promise<void> | undefined;

  private constructor(
    private readonly connection: Connection,
    { upcasts = {}, prefix = DEFAULT_PREFIX, deadlineMs, backOff = DEFAULT_BACK_OFF }: EventStoreDbOptions,
  ) {
    this.#calls = new Calls(connection, deadlineMs ?? connection.deadlineMs ?? DEFAULT_DEADLINE_MS, backOff);
    this.#appending = new Appending(connection);
    this.#names = new StreamNames(prefix);
    this.#events = new WireEvents(this.#names, connection.shown, upcasts);
  }

  async append(stream: string, expectedRevision: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult> {
    const [result] = await this.appendMany([{ stream, expectedRevision, events }]);
    return result as AppendResult;
  }

  async appendMany(appends: readonly StreamAppend[]): Promise<readonly AppendResult[]> {
    if (this.#closing !== undefined) throw this.#closedError();
    const prepared = appends.map(
      ({ stream, expectedRevision, events }): Prepared => ({
        stream,
        onServer: this.#names.onServer(stream),
        expected: expectedRevision,
        events: events.map(sentEvent),
      }),
    );
    const appending = this.#appendInOrder(prepared);
    this.#underWay.add(appending);
    try {
      return await appending;
    } finally {
      this.#underWay.delete(appending);
    }
  }

  async readStream(stream: string, options: ReadStreamOptions = {}): Promise<readonly RecordedEvent[]> {
    this.#refuseIfClosed();
    const { direction = 'forwards' } = options;
    const onServer = this.#names.onServer(stream);
    const events: RecordedEvent[] = [];
    let { from, limit = Number.POSITIVE_INFINITY } = options;
    if (from !== undefined && from < 0) {
      if (direction === 'backwards') return events;
      from = 0;
    }
    if (from !== undefined) from = Math.min(Math.floor(from), Number.MAX_SAFE_INTEGER);
    while (limit >= 1) {
      const count = Math.min(Math.floor(limit), STREAM_PAGE);
      const page = await this.#read(streamRequest(onServer, direction, from, count));
      for (const response of page) events.push(this.#events.read(response));
      limit -= page.length;
      const last = events.at(-1);
      if (page.length < count || last === undefined) break;
      from = direction === 'forwards' ? last.revision + 1 : last.revision - 1;
      if (from < 0) break;
    }
    return events;
  }

  async *readAll(options: ReadAllOptions = {}): AsyncIterable<readonly RecordedEvent[]> {
    let { after = BEFORE_ALL } = options;
    const batchSize = batchSizeOf(options);
    for (;;) {
      this.#refuseIfClosed();
      // The server begins with the event that stands at the place itself.
      const from = after > BEFORE_ALL ? { commit: String(after), prepare: String(after) } : undefined;
      const count = from === undefined ? batchSize : batchSize + 1;
      const page = await this.#read(allRequest(this.#names.prefix, 'forwards', from, count));
      const events: RecordedEvent[] = [];
      for (const response of page) {
        const position = this.#events.positionOf(response);
        if (position <= after || events.length === batchSize) continue;
        after = position;
        if (!this.#events.isTombstone(response)) events.push(this.#events.read(response));
      }
      if (events.length > 0) yield events;
      if (page.length < count) return;
    }
  }

  async *subscribe(options: SubscribeOptions): AsyncIterable<EventBatch> {
    const { after = BEFORE_ALL, signal } = options;
    const batchSize = batchSizeOf(options);
    this.#refuseIfClosed();
    if (signal.aborted) return;
    const subscription = new CatchUp(this.#calls, this.#events, this.#names.prefix, after, batchSize);
    const end = (): void => subscription.end();
    this.#subscriptions.add(subscription);
    signal.addEventListener('abort', end);
    try {
      for (;;) {
        const events = await subscription.take();
        if (events === undefined) return;
        yield { events, position: (events.at(-1) as RecordedEvent).position };
      }
    } finally {
      signal.removeEventListener('abort', end);
      this.#subscriptions.delete(subscription);
      end();
    }
  }

  async headPosition(): Promise<Position> {
    this.#refuseIfClosed();
    let from: LogPosition | undefined;
    for (;;) {
      const [newest] = await this.#read(allRequest(this.#names.prefix, 'backwards', from, 1));
      if (newest === undefined) return BEFORE_ALL;
      if (!this.#events.isTombstone(newest)) return this.#events.positionOf(newest);
      // Backwards, the server begins before the place.
      from = this.#events.logPositionOf(newest);
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    this.#closed.abort();
    for (const subscription of this.#subscriptions) subscription.end();
    this.#appending.close();
    await this.connection.close();
  }

  /** First what only has to stand as expected, side by side; then what is written, one after the other. */
  async #appendInOrder(appends: readonly Prepared[]): Promise<readonly AppendResult[]> {
    const results = new Array<AppendResult>(appends.length);
    const written = new Set<string>();
    const checks: Promise<void>[] = [];
    const steps: number[] = [];
    for (const [index, append] of appends.entries()) {
      // What asks for a stream after writing to it has to wait for that.
      if (append.events.length > 0 || written.has(append.stream)) {
        written.add(append.stream);
        steps.push(index);
      } else {
        checks.push(
          this.#check(append).then((result) => {
            results[index] = result;
          }),
        );
      }
    }
    // All of them, and the first one's conflict: a check that is still under way when this rejects would be nobody's.
    for (const outcome of await Promise.allSettled(checks)) if (outcome.status === 'rejected') throw outcome.reason;
    for (const index of steps) {
      const append = appends[index] as Prepared;
      results[index] = await (append.events.length > 0 ? this.#write(append) : this.#check(append));
    }
    return results;
  }

  async #check({ stream, onServer, expected }: Prepared): Promise<AppendResult> {
    const { revision, position } = await this.#standingOf(onServer);
    if (expected !== 'any' && (expected === 'no-stream' ? -1 : expected) !== revision) {
      throw new ConcurrencyConflict(stream, expected, revision);
    }
    return { stream, revision, position };
  }

  #write(append: Prepared): Promise<AppendResult> {
    const { onServer, expected } = append;
    return expected === 'any'
      ? this.#appendsToAny.run(onServer, () => this.#writeAnywhere(append))
      : this.#writeAt(append);
  }

  async #writeAt(append: Prepared): Promise<AppendResult> {
    const { stream, onServer, events } = append;
    const expected = append.expected === -1 ? 'no-stream' : append.expected;
    if (typeof expected === 'number' && (!Number.isSafeInteger(expected) || expected < 0)) {
      // No revision at all, and no word that the server has.
      throw new ConcurrencyConflict(stream, append.expected, (await this.#standingOf(onServer)).revision);
    }
    const written = await this.#calls.make((node, deadline) =>
      this.#appending.write(node, { onServer, expected, events }, deadline),
    );
    // A read that began before the write is no answer to who asks after it.
    this.#standing.delete(onServer);
    if ('conflict' in written) throw new ConcurrencyConflict(stream, append.expected, written.conflict);
    return {
      stream,
      revision: written.revision,
      position: written.position ?? (await this.#positionOf(append, written.revision)),
    };
  }

  /**
   * 'any' names no place, so a repeat may stand anywhere. The server knows the ids that came last, and only until it restarts;
   * so the stream is searched before. That is affordable for the streams of aggregates; who appends to a long one names a
   * revision.
   */
  async #writeAnywhere(append: Prepared): Promise<AppendResult> {
    const { stream, events } = append;
    const standing = await this.readStream(stream);
    const first = standing.findLastIndex(({ id }) => id === events[0]?.id);
    const last = standing[first + events.length - 1];
    if (first >= 0 && last !== undefined && events.every(({ id }, index) => standing[first + index]?.id === id)) {
      return { stream, revision: last.revision, position: last.position };
    }
    return this.#writeAt(append);
  }

  async #positionOf({ stream }: Prepared, revision: number): Promise<Position> {
    const [event] = await this.readStream(stream, { direction: 'backwards', from: revision, limit: 1 });
    if (event !== undefined) return event.position;
    throw new EventStoreUnusable(
      `The event store ${this.connection.shown} does not find the event that it wrote to ${stream} at revision ${revision}; check the cluster.`,
    );
  }

  #standingOf(onServer: string): Promise<Standing> {
    const underWay = this.#standing.get(onServer);
    if (underWay !== undefined) return underWay;
    const reading = this.#readStanding(onServer);
    this.#standing.set(onServer, reading);
    const done = (): void => {
      if (this.#standing.get(onServer) === reading) this.#standing.delete(onServer);
    };
    reading.then(done, done);
    return reading;
  }

  async #readStanding(onServer: string): Promise<Standing> {
    const [last] = await this.#read(streamRequest(onServer, 'backwards', undefined, 1));
    const event = last?.getEvent()?.getEvent();
    if (event === undefined) return { revision: -1, position: BEFORE_ALL };
    return {
      revision: Number(event.getStreamRevision()),
      position: this.#events.position(event.getCommitPosition()),
    };
  }

  async #read(request: ReadRequest): Promise<ReadResponse[]> {
    const { signal } = this.#closed;
    try {
      return await this.#calls.make((node, deadline) => readToEnd(this.connection, node, request, deadline, signal));
    } catch (error) {
      this.#refuseIfClosed();
      throw error;
    }
  }

  #refuseIfClosed(): void {
    if (this.#closed.signal.aborted) throw this.#closedError();
  }

  #closedError(): EventStoreUnusable {
    return new EventStoreUnusable(`The event store ${this.connection.shown} is closed.`);
  }
}
