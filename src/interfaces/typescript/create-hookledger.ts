import { SettingsError } from '../../settings-error.js';
import type { Hookledger } from './hookledger.js';
import type { HookledgerOptions } from './options.js';

/** SQLite is built into it. */
const OLDEST_NODE = 26;

/**
 * Opens a hookledger on its data and starts its engine: deliveries that are due are sent from then on. The process keeps
 * running until it is closed.
 * @throws SettingsError for an option that can't be used; AlreadyRunning where another one, or a server, has the data;
 * EventStoreUnusable, ReadModelsUnusable, KeysUnusable where a store can't be opened
 */
export async function createHookledger(options: HookledgerOptions = {}): Promise<Hookledger> {
  if (Number(process.versions.node.split('.', 1)[0]) < OLDEST_NODE) {
    throw new SettingsError(`hookledger needs Node ${OLDEST_NODE} or later; this is ${process.version}.`);
  }
  // Only now, so that importing the package does nothing: what it is made of changes globals (reflect-metadata, zod).
  const { openHookledger } = await import('./open-hookledger.js');
  return openHookledger(options);
}
