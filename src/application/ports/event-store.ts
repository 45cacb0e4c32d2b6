/**
 * The event store: streams of events, and one order over all of them.
 *
 * Promises that every adapter keeps (tests/contract holds each to them):
 * - A stream's revisions count 0, 1, 2, … without a gap; positions rise strictly over all streams.
 * - What `append` has answered is durable: it survives the loss of the process and of power.
 * - `appendMany` writes its appends in the order given: all or none of them where the store can write to several streams at
 *   once ({@link EventStore.atomic}). Where it can't, those before the one that failed stand, and none after it, so that the
 *   caller puts last what says that all is done, and tries again.
 * - An append without events writes nothing; its expected revision is asked for all the same.
 * - Appending the same event ids again to the same place answers with where they stand and writes nothing.
 * - Events are read as their newest version: old ones are upcast on the way.
 */
export interface EventStore {
  /** Whether `appendMany` is all or nothing over several streams. */
  readonly atomic: boolean;

  /** Appends to one stream. @throws ConcurrencyConflict where the stream isn't at the expected revision */
  append(stream: string, expectedRevision: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult>;

  /** Appends to many streams, all or nothing where {@link atomic}. @throws ConcurrencyConflict naming the first stream that isn't as expected */
  appendMany(appends: readonly StreamAppend[]): Promise<readonly AppendResult[]>;

  /** One stream's events; an unknown stream has none. */
  readStream(stream: string, options?: ReadStreamOptions): Promise<readonly RecordedEvent[]>;

  /** All events after a position, in order, in batches, until the end as it was when the reading got there. */
  readAll(options?: ReadAllOptions): AsyncIterable<readonly RecordedEvent[]>;

  /**
   * All events after a position, then those to come, in batches, without a gap or a double; ends when `signal` aborts.
   * The consumer sets the pace: the next batch is read when it asks. Subscribers may share events: nobody changes them.
   */
  subscribe(options: SubscribeOptions): AsyncIterable<EventBatch>;

  /** The position of the newest event; {@link BEFORE_ALL} while there is none. */
  headPosition(): Promise<Position>;

  close(): Promise<void>;
}

/** A place in the order of all events: a whole number that rises, with or without gaps between events. */
export type Position = number;

/** The position before the first event. */
export const BEFORE_ALL: Position = -1;

/** A revision that the stream has to have, that it must not exist yet, or whatever it is. */
export type ExpectedRevision = number | 'no-stream' | 'any';

export interface StreamAppend {
  stream: string;
  expectedRevision: ExpectedRevision;
  events: readonly NewEvent[];
}

export interface AppendResult {
  stream: string;
  /** The revision of the last event appended; -1 where none was given and the stream is new. */
  revision: number;
  /** The position of the last event appended. */
  position: Position;
}

export interface NewEvent {
  /** A UUID. */
  id: string;
  type: string;
  /** Plain JSON. It belongs to the store once given: don't change it afterwards. */
  data: object;
  metadata: EventMetadata;
}

/** Who did it, when, and because of what. */
export interface EventMetadata {
  /** What all events of one piece of work share: the trigger's id, or the request's. */
  correlationId: string;
  /** The id of the event, or of the request, that this one follows from. */
  causationId: string;
  actor: Actor;
  /** ISO 8601, UTC: when it was recorded. */
  time: string;
  /** The version of the event type's data; 1 unless it was changed since. */
  schemaVersion: number;
}

/**
 * Who did it: a part of the engine, an API key, a user (their id, and their e-mail address for a name), someone at the command
 * line, or the program that hookledger is embedded in.
 */
export interface Actor {
  kind: 'engine' | 'api-key' | 'user' | 'cli' | 'program';
  id: string;
  /** For people. */
  name: string;
}

export interface RecordedEvent extends NewEvent {
  stream: string;
  revision: number;
  position: Position;
}

export interface ReadStreamOptions {
  direction?: 'forwards' | 'backwards';
  /** The first revision to read (inclusive); the stream's start or, backwards, its end unless given. */
  from?: number;
  limit?: number;
}

export interface ReadAllOptions {
  /** Reads what comes after this position. */
  after?: Position;
  /** Events in a batch at the most; 1,000 unless given. */
  batchSize?: number;
}

export interface SubscribeOptions extends ReadAllOptions {
  signal: AbortSignal;
}

export interface EventBatch {
  /** At least one. */
  events: readonly RecordedEvent[];
  /** The last event's position: the checkpoint to keep once the batch is dealt with. */
  position: Position;
}

/** A stream wasn't at the revision that an append expected: somebody else was quicker. */
export class ConcurrencyConflict extends Error {
  override readonly name = 'ConcurrencyConflict';

  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
    /** -1 where the stream does not exist. */
    readonly actual: number,
  ) {
    super(`The stream ${stream} is at revision ${actual}, not at ${expected} as expected.`);
  }
}

/** The store can't be used: the file is damaged, of a newer version, locked, … The message says which, and what to do. */
export class EventStoreUnusable extends Error {
  override readonly name = 'EventStoreUnusable';
}
