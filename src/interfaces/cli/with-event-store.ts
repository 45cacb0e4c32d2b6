import { existsSync } from 'node:fs';
import type { EventStore } from '../../application/ports/event-store.js';
import type { Upcasts } from '../../application/ports/upcaster.js';
import { openEventStore } from '../../infrastructure/event-store/open-event-store.js';
import type { Settings } from '../../settings.js';
import { WorkFailed } from './work-failed.js';

/** Opens the event store for one command and closes it after; makes a file where there is none. */
export async function withEventStore<T>(
  settings: Settings,
  use: (eventStore: EventStore) => Promise<T>,
  upcasts?: Upcasts,
): Promise<T> {
  const eventStore = await openEventStore(settings.eventStore, upcasts);
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
  upcasts?: Upcasts,
): Promise<T> {
  requireEventStore(settings);
  return withEventStore(settings, use, upcasts);
}

/** @throws WorkFailed where there is no file of the event store */
export function requireEventStore({ eventStore }: Settings): void {
  if (eventStore.kind !== 'sqlite' || existsSync(eventStore.path)) return;
  throw new WorkFailed(`There is no event store at ${eventStore.path}; --data names its folder.`);
}
