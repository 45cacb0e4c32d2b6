import { randomUUID } from 'node:crypto';
import { ReadResp, shared } from './generated.js';

/** What an append expects of its stream: a revision, none yet, one at least, or nothing. */
export type Expected = number | 'no-stream' | 'stream-exists' | 'any';

export interface Proposed {
  id: string;
  type: string;
  contentType: string;
  data: Uint8Array;
  metadata: Uint8Array;
}

export interface Logged {
  readonly position: number;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  /** The answer that shows it to a reader, ready to be sent. */
  readonly bytes: Buffer;
}

export type Outcome =
  | { kind: 'success'; revision: number; position: number }
  | { kind: 'wrong-expected-version'; actual: number }
  | { kind: 'deleted' };

interface Stream {
  readonly events: Logged[];
  /** The first revision that can be read: those before were deleted. */
  first: number;
  tombstoned: boolean;
}

/** How many ids the server remembers to know the same events again where any revision is expected. */
const REMEMBERED_IDS = 100_000;

/** .NET's 0001-01-01 to 1970 is left out on the wire: 100 ns since 1970. */
const TICKS_IN_MS = 10_000n;

const DELETED_REVISION = '9223372036854775807';

/**
 * The server's log in memory, by the rules of EventStoreDB (IndexWriter.CheckCommit in its source): positions are offsets in a
 * log, so they rise with gaps; the server's own events stand between those of others.
 */
export class EventLog {
  readonly events: Logged[] = [];
  /** Whether a repeated append is answered with the position of what stands; not all versions do. */
  tellsRepeatedPositions = true;
  readonly #streams = new Map<string, Stream>();
  readonly #ids = new Map<string, { stream: string; revision: number }>();
  readonly #listeners = new Set<() => void>();
  #offset = 1_337;
  #appends = 0;

  /** @param systemEventEvery after how many appends the server writes something of its own; 0 for never */
  constructor(private readonly systemEventEvery = 5) {
    if (systemEventEvery > 0) for (const stream of ['$settings', '$$$scavenges', '$users']) this.#system(stream);
  }

  /** Calls back after each change. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The next event stands there, as after years of writing. */
  skipTo(offset: number): void {
    this.#offset = offset;
  }

  /** As a restart does: the ids are only remembered in memory. */
  forgetIds(): void {
    this.#ids.clear();
  }

  isTombstoned(stream: string): boolean {
    return this.#streams.get(stream)?.tombstoned ?? false;
  }

  /** The stream's events that can be read; undefined where there is none. */
  stream(name: string): { events: readonly Logged[]; first: number } | undefined {
    const stream = this.#streams.get(name);
    return stream === undefined || stream.first >= stream.events.length ? undefined : stream;
  }

  /** The index of the first event whose position is at least this one. */
  indexAt(position: number): number {
    let [low, high] = [0, this.events.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.events[middle] as Logged).position < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  append(name: string, expected: Expected, proposed: readonly Proposed[]): Outcome {
    const stream = this.#streams.get(name);
    const current = (stream?.events.length ?? 0) - 1;
    if (stream?.tombstoned) return { kind: 'deleted' };
    const wrong: Outcome = { kind: 'wrong-expected-version', actual: current };
    if (expected === 'stream-exists' && this.stream(name) === undefined) return wrong;
    const softDeleted = stream !== undefined && stream.first >= stream.events.length && current >= 0;
    if (expected === 'any' || expected === 'stream-exists') {
      const known = this.#known(name, proposed);
      if (known === 'partly') return wrong;
      if (known !== undefined) return this.#asRepeat(known);
    } else if (!(softDeleted && expected === 'no-stream')) {
      const revision = expected === 'no-stream' ? -1 : expected;
      if (revision > current) return wrong;
      if (revision < current) return this.#asRepeat(this.#repeated(stream, revision, proposed) ?? wrong);
    }
    const outcome = this.#write(name, proposed);
    this.#appends++;
    if (this.systemEventEvery > 0 && this.#appends % this.systemEventEvery === 0) this.#system('$stats-127.0.0.1:2113');
    this.#changed();
    return outcome;
  }

  /** Hides what is there; the stream can go on. */
  delete(name: string): { position: number } {
    const stream = this.#streams.get(name);
    if (stream !== undefined) stream.first = stream.events.length;
    const position = this.#system(`$$${name}`, '$metadata');
    this.#changed();
    return { position };
  }

  /** Ends the stream for good. */
  tombstone(name: string): { position: number } {
    this.#streamOf(name).tombstoned = true;
    const position = this.#log(name, DELETED_REVISION, event('$streamDeleted')).position;
    this.#changed();
    return { position };
  }

  #asRepeat(outcome: Outcome): Outcome {
    return outcome.kind === 'success' && !this.tellsRepeatedPositions ? { ...outcome, position: -1 } : outcome;
  }

  #known(name: string, proposed: readonly Proposed[]): Outcome | 'partly' | undefined {
    let last: Outcome | undefined;
    for (const [index, { id }] of proposed.entries()) {
      const known = this.#ids.get(id);
      if (known?.stream !== name) return index === 0 ? undefined : 'partly';
      const logged = this.#streams.get(name)?.events[known.revision];
      last = { kind: 'success', revision: known.revision, position: logged?.position ?? -1 };
    }
    return last;
  }

  #repeated(stream: Stream | undefined, after: number, proposed: readonly Proposed[]): Outcome | undefined {
    let last: Logged | undefined;
    for (const [index, { id }] of proposed.entries()) {
      last = stream?.events[after + 1 + index];
      if (last?.id !== id) return undefined;
    }
    return last && { kind: 'success', revision: last.revision, position: last.position };
  }

  #write(name: string, proposed: readonly Proposed[]): Outcome {
    const stream = this.#streamOf(name);
    let position = -1;
    for (const each of proposed) {
      const revision = stream.events.length;
      const logged = this.#log(name, String(revision), each);
      stream.events.push(logged);
      position = logged.position;
      this.#ids.set(each.id, { stream: name, revision });
      if (this.#ids.size > REMEMBERED_IDS) for (const [oldest] of this.#ids.entries().take(1)) this.#ids.delete(oldest);
    }
    return { kind: 'success', revision: stream.events.length - 1, position };
  }

  #system(name: string, type = '$>'): number {
    const stream = this.#streamOf(name);
    const logged = this.#log(name, String(stream.events.length), event(type));
    stream.events.push(logged);
    return logged.position;
  }

  #log(stream: string, revision: string, proposed: Proposed): Logged {
    const position = this.#offset;
    const { id, type, data, metadata } = proposed;
    this.#offset += 91 + stream.length * 2 + type.length * 2 + data.length + metadata.length;
    const bytes = answer(stream, revision, String(position), proposed);
    const logged = { position, stream, revision: Number(revision), id, type, bytes };
    this.events.push(logged);
    return logged;
  }

  #streamOf(name: string): Stream {
    let stream = this.#streams.get(name);
    if (stream === undefined) {
      stream = { events: [], first: 0, tombstoned: false };
      this.#streams.set(name, stream);
    }
    return stream;
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function event(type: string): Proposed {
  const nothing = new Uint8Array();
  return { id: randomUUID(), type, contentType: 'application/json', data: Buffer.from('{}'), metadata: nothing };
}

function answer(
  stream: string,
  revision: string,
  position: string,
  { id, type, contentType, data, metadata }: Proposed,
) {
  const recorded = new ReadResp.ReadEvent.RecordedEvent()
    .setId(new shared.UUID().setString(id))
    .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Uint8Array.from(Buffer.from(stream))))
    .setStreamRevision(revision)
    .setCommitPosition(position)
    .setPreparePosition(position)
    .setData(Uint8Array.from(data))
    .setCustomMetadata(Uint8Array.from(metadata));
  recorded
    .getMetadataMap()
    .set('type', type)
    .set('content-type', contentType)
    .set('created', String(BigInt(Date.now()) * TICKS_IN_MS));
  const read = new ReadResp.ReadEvent().setEvent(recorded).setCommitPosition(position);
  return Buffer.from(new ReadResp().setEvent(read).serializeBinary());
}
