import type { EventStore } from '../../application/ports/event-store.js';
import { UPCASTS } from '../../application/upcasts.js';
import type { EventStoreLocation } from '../../settings.js';
import { SqliteEventStore } from './sqlite/sqlite-event-store.js';

/** Opens the event store where it is; makes a file where there is none. @throws EventStoreUnusable */
export async function openEventStore(location: EventStoreLocation, upcasts = UPCASTS): Promise<EventStore> {
  if (location.kind === 'sqlite') return SqliteEventStore.open(location.path, { upcasts });
  // Loaded where it is used: an embedded installation needs none of its code.
  const { EventStoreDbEventStore } = await import('./eventstoredb/eventstoredb-event-store.js');
  return EventStoreDbEventStore.open(location.url, { upcasts });
}
