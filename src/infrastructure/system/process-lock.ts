import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AlreadyRunning } from './already-running.js';

export { AlreadyRunning } from './already-running.js';

/**
 * Holds a file's lock for as long as the process lives. The operating system lets go of it with the process, however it
 * ends, so that a killed server never blocks its successor. The lock is SQLite's own, since Node has none.
 *
 * @returns the function that lets go
 * @throws AlreadyRunning
 */
export function lockForThisProcess(path: string, whose: string): () => void {
  mkdirSync(dirname(path), { recursive: true });
  const file = new DatabaseSync(path, { timeout: 0 });
  try {
    file.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    if (error instanceof Error && 'errcode' in error && (error.errcode === 5 || error.errcode === 6)) {
      throw new AlreadyRunning(`${whose} is running already on this data (${path} is locked); stop it first.`);
    }
    throw error;
  }
  return () => file.close();
}
