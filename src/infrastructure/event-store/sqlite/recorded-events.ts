import { type EventMetadata, EventStoreUnusable, type RecordedEvent } from '../../../application/ports/event-store.js';
import type { Upcasts } from '../../../application/ports/upcaster.js';
import { NewestVersion } from '../newest-version.js';

/**
 * The columns of a {@link Row}, in its order. The join costs a tenth more time where each stream has just two events, and
 * nothing that shows where it has many; a look-up for each name that is not known yet would treble it.
 */
export const SELECT_ROWS = `
  SELECT position, name, revision, events.id, type, data, metadata
  FROM events LEFT JOIN streams ON streams.id = stream_id`;

/** As SQLite gives it: an array, since making an object for each row costs as much as all the rest of reading it. */
export type Row = readonly [
  position: number,
  /** None where the file is damaged: an event without its stream must not be passed over. */
  stream: string | null,
  revision: number,
  id: string,
  type: string,
  data: string,
  metadata: string,
];

/** Turns rows into events of their newest versions. */
export class RecordedEvents {
  readonly #newest: NewestVersion;

  constructor(
    upcasts: Upcasts,
    private readonly path: string,
  ) {
    this.#newest = new NewestVersion(upcasts);
  }

  /** @throws EventStoreUnusable where an event is of a version that is not known here, or has no stream */
  of(rows: readonly Row[]): RecordedEvent[] {
    const events = new Array<RecordedEvent>(rows.length);
    for (let index = 0; index < rows.length; index++) {
      const [position, stream, revision, id, type, data, metadata] = rows[index] as Row;
      if (stream === null) {
        throw new EventStoreUnusable(
          `The event store ${this.path} is damaged (the event at position ${position} belongs to no stream); restore it from a back-up.`,
        );
      }
      const event: RecordedEvent = {
        id,
        type,
        data: JSON.parse(data) as object,
        metadata: JSON.parse(metadata) as EventMetadata,
        stream,
        revision,
        position,
      };
      this.#newest.bring(event);
      events[index] = event;
    }
    return events;
  }
}
