import { existsSync } from 'node:fs';
import type { EventStore } from '../../application/ports/event-store.js';
import { UPCASTS } from '../../application/upcasts.js';
import { SqliteEventStore } from '../../infrastructure/event-store/sqlite/sqlite-event-store.js';
import type { Settings } from '../../settings.js';
import { WorkFailed } from './work-failed.js';

/** Opens the event store for one command and closes it after; makes it where there is none. */
export async function withEventStore<T>(settings: Settings, use: (eventStore: EventStore) => Promise<T>): Promise<T> {
  const eventStore = SqliteEventStore.open(settings.eventsPath, { upcasts: UPCASTS });
  try {
    return await use(eventStore);
  } finally {
    await eventStore.close();
  }
}

/** The same for commands that have nothing to do where there is none, so that a mistyped folder is not made. @throws WorkFailed */
export async function withExistingEventStore<T>(
  settings: Settings,
  use: (eventStore: EventStore) => Promise<T>,
): Promise<T> {
  requireEventStore(settings);
  return withEventStore(settings, use);
}

/** @throws WorkFailed where there is no event store */
export function requireEventStore({ eventsPath }: Settings): void {
  if (existsSync(eventsPath)) return;
  throw new WorkFailed(`There is no event store at ${eventsPath}; --data names its folder.`);
}
