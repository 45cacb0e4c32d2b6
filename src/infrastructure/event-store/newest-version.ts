import { EventStoreUnusable, type RecordedEvent } from '../../application/ports/event-store.js';
import { AS_STORED, type Upcast, type Upcasts } from '../../application/ports/upcaster.js';

/** Brings events that were just read up to their newest versions. */
export class NewestVersion {
  readonly #upcasts: ReadonlyMap<string, readonly Upcast[]>;
  readonly #asStored: boolean;

  constructor(upcasts: Upcasts) {
    // By identity: an empty set of upcasts knows first versions alone, and refuses all others.
    this.#asStored = upcasts === AS_STORED;
    this.#upcasts = new Map(Object.entries(upcasts));
  }

  /** Changes the event itself, which nobody else has yet. @throws EventStoreUnusable where its version is not known here */
  bring(event: RecordedEvent): void {
    if (this.#asStored) return;
    if (event.metadata.schemaVersion !== this.#of(event.type)) this.#upcast(event);
  }

  #of(type: string): number {
    // Most have none; a look-up for each event would be for nothing.
    return this.#upcasts.size === 0 ? 1 : 1 + (this.#upcasts.get(type)?.length ?? 0);
  }

  #upcast(event: RecordedEvent): void {
    const { type, position, stream, metadata } = event;
    const { schemaVersion } = metadata;
    const newest = this.#of(type);
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
