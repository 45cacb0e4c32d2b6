import { existsSync } from 'node:fs';
import { AggregateStore } from '../../application/aggregate-store.js';
import type { EventStore } from '../../application/ports/event-store.js';
import { SILENT } from '../../application/ports/logger.js';
import type { Upcasts } from '../../application/ports/upcaster.js';
import type { Vault } from '../../application/ports/vault.js';
import { openEventStore } from '../../infrastructure/event-store/open-event-store.js';
import { KeyVault } from '../../infrastructure/security/key-vault.js';
import { openKeys } from '../../infrastructure/security/open-keys.js';
import { SealingEventStore } from '../../infrastructure/security/sealing-event-store.js';
import { RandomIds } from '../../infrastructure/system/random-ids.js';
import { SystemClock } from '../../infrastructure/system/system-clock.js';
import type { Settings } from '../../settings.js';
import { WorkFailed } from './work-failed.js';

/** Opens the event store for one command and closes it after; makes a file where there is none. Events are as they are stored. */
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

/** What a command works on that may read what is sealed. */
export interface Unlocked {
  /** Events are sealed when they are appended, and opened when they are read. */
  eventStore: EventStore;
  /** Events as they are stored. */
  sealedEventStore: EventStore;
  aggregates: AggregateStore;
  vault: Vault;
}

/** Opens the event store and the keys for one command; makes files where there are none. */
export async function withUnlocked<T>(settings: Settings, use: (unlocked: Unlocked) => Promise<T>): Promise<T> {
  return withEventStore(settings, async (sealedEventStore) => {
    const keys = await openKeys(settings, SILENT);
    try {
      const vault = new KeyVault(keys);
      const eventStore = new SealingEventStore(sealedEventStore, vault);
      const aggregates = new AggregateStore(eventStore, new SystemClock(), new RandomIds());
      return await use({ eventStore, sealedEventStore, aggregates, vault });
    } finally {
      await keys.close();
    }
  });
}

/** The same for commands that have nothing to do where there is no event store. @throws WorkFailed */
export async function withExistingUnlocked<T>(settings: Settings, use: (unlocked: Unlocked) => Promise<T>): Promise<T> {
  requireEventStore(settings);
  return withUnlocked(settings, use);
}

/** @throws WorkFailed where there is no file of the event store */
export function requireEventStore({ eventStore }: Settings): void {
  if (eventStore.kind !== 'sqlite' || existsSync(eventStore.path)) return;
  throw new WorkFailed(`There is no event store at ${eventStore.path}; --data names its folder.`);
}
