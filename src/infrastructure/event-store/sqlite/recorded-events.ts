import { type EventMetadata, EventStoreUnusable, type RecordedEvent } from '../../../application/ports/event-store.js';
import type { Upcast, Upcasts } from '../../../application/ports/upcaster.js';

/** The columns of a {@link Row}, in its order. */
export const ROW_COLUMNS = 'position, stream, revision, id, type, data, metadata';

/** As SQLite gives it: an array, since making an object for each row costs as much as all the rest of reading it. */
export type Row = readonly [
  position: number,
  stream: string,
  revision: number,
  id: string,
  type: string,
  data: string,
  metadata: string,
];

/** Turns rows into events of their newest versions. */
export class RecordedEvents {
  readonly #upcasts: ReadonlyMap<string, readonly Upcast[]>;

  constructor(upcasts: Upcasts) {
    this.#upcasts = new Map(Object.entries(upcasts));
  }

  /** @throws EventStoreUnusable where an event is of a version that is not known here */
  of(rows: readonly Row[]): RecordedEvent[] {
    const events = new Array<RecordedEvent>(rows.length);
    for (let index = 0; index < rows.length; index++) {
      const [position, stream, revision, id, type, data, metadata] = rows[index] as Row;
      const event: RecordedEvent = {
        id,
        type,
        data: JSON.parse(data) as object,
        metadata: JSON.parse(metadata) as EventMetadata,
        stream,
        revision,
        position,
      };
      if (event.metadata.schemaVersion !== this.#newestVersion(type)) this.#upcast(event);
      events[index] = event;
    }
    return events;
  }

  #newestVersion(type: string): number {
    // Most have none; a look-up for each event would be for nothing.
    return this.#upcasts.size === 0 ? 1 : 1 + (this.#upcasts.get(type)?.length ?? 0);
  }

  #upcast(event: RecordedEvent): void {
    const { type, position, stream, metadata } = event;
    const { schemaVersion } = metadata;
    const newest = this.#newestVersion(type);
    if (!Number.isInteger(schemaVersion) || schemaVersion < 1 || schemaVersion > newest) {
      throw new EventStoreUnusable(
        `The event ${type} at position ${position} (stream ${stream}) is of version ${schemaVersion}, and this version of hookledger knows up to ${newest}; use a newer one.`,
      );
    }
    for (const upcast of this.#upcasts.get(type)?.slice(schemaVersion - 1) ?? []) {
      event.data = upcast(event.data as Readonly<Record<string, unknown>>);
    }
    event.metadata = { ...metadata, schemaVersion: newest };
  }
}
