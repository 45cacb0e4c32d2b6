import type { EventStore } from '../../application/ports/event-store.js';
import { SqliteEventStore } from '../../infrastructure/event-store/sqlite/sqlite-event-store.js';
import type { Settings } from '../../settings.js';

/** Opens the event store for one command and closes it after. */
export async function withEventStore<T>(settings: Settings, use: (eventStore: EventStore) => Promise<T>): Promise<T> {
  const eventStore = SqliteEventStore.open(settings.eventsPath);
  try {
    return await use(eventStore);
  } finally {
    await eventStore.close();
  }
}
