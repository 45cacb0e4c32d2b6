import {
  ConcurrencyConflict,
  type EventStore,
  type NewEvent,
  type Position,
  type RecordedEvent,
  type StreamAppend,
} from '../ports/event-store.js';
import { exportedEvent, NotExported } from './exported-event.js';

/** A line of the input; `text` is none where it isn't UTF-8, or is too long. */
export interface ImportLine {
  text: string | undefined;
  /** What is wrong with it, where it has no text: "is not UTF-8". */
  problem?: string;
  /** Whether a line break follows; the last line of an input that was cut off has none. */
  ended: boolean;
}

export interface ImportReport {
  events: number;
  /** The streams that begin in the input: a set of all names would not fit into memory. */
  streams: number;
  /** Of the events, those that the store had before. */
  before: number;
}

/** The import can't go on; the message says at which line, and up to which all is written. */
export class ImportStopped extends Error {
  override readonly name = 'ImportStopped';
}

/** Lines that are written at once, at the most. */
const BATCH_LINES = 500;
/** Their characters, at the most: EventStoreDB takes 1 MiB in an append, unless set otherwise. A longer line goes alone. */
const BATCH_CHARACTERS = 512 * 1024;

/** Consecutive lines with consecutive revisions of one stream: one append. */
interface Run {
  /** The number of the first one's line. */
  line: number;
  stream: string;
  revision: number;
  events: NewEvent[];
}

/**
 * Appends the events of an export, in order, with their own ids and revisions. What is there already stays as it is, so an
 * import that was interrupted is run again from the beginning, and completes.
 * @throws ImportStopped
 */
export async function importEvents(
  eventStore: EventStore,
  lines: AsyncIterable<ImportLine>,
  onProgress: (lines: number) => void = () => {},
): Promise<ImportReport> {
  const batches = new Batches(eventStore, await eventStore.headPosition(), onProgress);
  let position = -1;
  for await (const line of lines) {
    if (line.text !== undefined && line.text.trim() === '') {
      batches.skip();
      continue;
    }
    try {
      const event = read(line);
      if (event.position <= position)
        throw new NotExported('is out of order: its position is not after the one before');
      position = event.position;
      await batches.add(event, line.text?.length ?? 0);
    } catch (error) {
      if (!(error instanceof NotExported)) throw error;
      // What stands before it is good.
      await batches.write();
      throw batches.stopped(`Line ${batches.lines + 1} ${error.message}`);
    }
  }
  await batches.write();
  return batches.report;
}

/** @throws NotExported */
function read({ text, problem, ended }: ImportLine): RecordedEvent {
  if (text === undefined) throw new NotExported(problem ?? 'is no text');
  try {
    return exportedEvent(text);
  } catch (error) {
    if (ended || !(error instanceof NotExported)) throw error;
    throw new NotExported('is cut off: the input ends in the middle of it');
  }
}

/** Gathers events and writes them, in the order in which they come. */
class Batches {
  readonly report: ImportReport = { events: 0, streams: 0, before: 0 };
  /** Lines that have come. */
  lines = 0;
  /** The last line up to which all is written. */
  #written = 0;
  #runs: Run[] = [];
  #count = 0;
  #characters = 0;

  constructor(
    private readonly eventStore: EventStore,
    /** What stands up to here was there before the import. */
    private readonly head: Position,
    private readonly onProgress: (lines: number) => void,
  ) {}

  skip(): void {
    this.lines++;
  }

  async add({ stream, revision, id, type, data, metadata }: RecordedEvent, characters: number): Promise<void> {
    if (this.#count === BATCH_LINES || this.#characters + characters > BATCH_CHARACTERS) await this.write();
    this.lines++;
    this.#count++;
    this.#characters += characters;
    const event: NewEvent = { id, type, data, metadata };
    const last = this.#runs.at(-1);
    const follows = (run: Run): boolean =>
      run.stream === stream &&
      run.revision + run.events.length === revision &&
      run.line + run.events.length === this.lines;
    if (last !== undefined && follows(last)) {
      last.events.push(event);
    } else {
      this.#runs.push({ line: this.lines, stream, revision, events: [event] });
    }
  }

  /** @throws ImportStopped */
  async write(): Promise<void> {
    const runs = this.#runs;
    this.#runs = [];
    this.#count = 0;
    this.#characters = 0;
    if (runs.length > 0) await this.#append(runs);
    this.#written = this.lines;
    this.onProgress(this.lines);
  }

  stopped(sentence: string, cause?: unknown): ImportStopped {
    const upTo = this.#written === 0 ? 'nothing before it' : `all up to line ${this.#written}`;
    return new ImportStopped(`${sentence}; ${upTo} is written.`, { cause });
  }

  async #append(runs: readonly Run[]): Promise<void> {
    try {
      const results = await this.eventStore.appendMany(runs.map((run) => appendOf(run)));
      for (const [index, { events, revision }] of runs.entries()) {
        const position = results[index]?.position ?? this.head;
        this.#note(revision, events.length, position <= this.head ? events.length : 0);
      }
    } catch (error) {
      if (!isOfOne(error)) throw this.#unwritable(this.#written + 1, this.lines, error);
      // A part of one may be there already: an earlier import may have had other batches, or less input.
      for (const run of runs) await this.#complete(run);
    }
  }

  /** Appends what of a run isn't there yet, and finds the line that can't be. */
  async #complete(run: Run): Promise<void> {
    const { stream, revision, line, events } = run;
    // Lines between two runs hold nothing.
    this.#written = line - 1;
    try {
      const standing = await this.eventStore.readStream(stream, { from: revision, limit: events.length });
      const other = standing.findIndex(({ id }, index) => id !== events[index]?.id);
      this.#written += other < 0 ? standing.length : other;
      if (other >= 0) {
        const place = `revision ${revision + other} of the stream '${stream}'`;
        throw this.stopped(`Line ${line + other} is ${place}, where the event store has another event`);
      }
      if (standing.length < events.length) await this.eventStore.appendMany([appendOf(run, standing.length)]);
      this.#note(revision, events.length, standing.length);
    } catch (error) {
      if (error instanceof ImportStopped) throw error;
      throw this.#unwritable(this.#written + 1, line + events.length - 1, error);
    }
    this.#written = line + events.length - 1;
  }

  #note(revision: number, events: number, before: number): void {
    this.report.events += events;
    this.report.before += before;
    if (revision === 0) this.report.streams++;
  }

  #unwritable(first: number, last: number, error: unknown): ImportStopped {
    const which = first === last ? `Line ${first}` : `A line from ${first} to ${last}`;
    const why = error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
    return this.stopped(`${which} can't be written: ${why}`, error);
  }
}

function appendOf({ stream, revision, events }: Run, there = 0): StreamAppend {
  const before = revision + there - 1;
  return { stream, expectedRevision: before < 0 ? 'no-stream' : before, events: events.slice(there) };
}

/** Whether it is about one of the appends, not about the store. By name where the error is an adapter's own. */
const isOfOne = (error: unknown): boolean =>
  error instanceof ConcurrencyConflict || (error instanceof Error && error.name === 'NotStorable');
