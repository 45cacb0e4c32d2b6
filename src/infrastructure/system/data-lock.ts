import { join } from 'node:path';
import type { Settings } from '../../settings.js';
import { lockForThisProcess } from './process-lock.js';

/**
 * A file of read models belongs to one process; any number share a database.
 * @returns the function that lets go
 * @throws AlreadyRunning
 */
export function lockedAlone({ readModels, dataDir }: Settings, whose: string): () => void {
  if (readModels.kind !== 'sqlite') return () => {};
  return lockForThisProcess(join(dataDir, 'server.lock'), whose);
}
