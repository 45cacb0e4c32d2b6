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
    // A list's last entry leads from version `length - 1` to `length`; see Upcasts.
    return this.#upcasts.size === 0 ? 1 : (this.#upcasts.get(type)?.length ?? 1);
  }

  #upcast(event: RecordedEvent): void {
    const { type, position, stream, metadata } = event;
    const upcasts = this.#upcasts.get(type) ?? [];
    const newest = this.#newestVersion(type);
    const which = `The event ${type} at position ${position} (stream ${stream}) is of version ${metadata.schemaVersion}`;
    if (metadata.schemaVersion > newest) {
      throw new EventStoreUnusable(`${which}, and this version of hookledger knows up to ${newest}; use a newer one.`);
    }
    for (let version = metadata.schemaVersion; version < newest; version++) {
      const upcast = upcasts[version];
      if (upcast === undefined)
        throw new EventStoreUnusable(`${which}, and no upcast leads on from version ${version}.`);
      event.data = upcast(event.data as Readonly<Record<string, unknown>>);
    }
    event.metadata = { ...metadata, schemaVersion: newest };
  }
}
