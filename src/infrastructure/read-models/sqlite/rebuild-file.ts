import { renameSync, rmSync } from 'node:fs';
import type { EventStore, Position } from '../../../application/ports/event-store.js';
import type { Vault } from '../../../application/ports/vault.js';
import { buildTables } from '../build-tables.js';
import type { ReadModelDatabase } from '../read-model-database.js';

/**
 * Builds every table from the first event on in a file of its own, then puts that in the place of `path`. Whatever stops it
 * before, the live file is as it was. Nobody may have the live file open.
 *
 * @returns the position of the last event taken in
 */
export async function rebuildFile(
  eventStore: EventStore,
  vault: Vault,
  path: string,
  open: (path: string) => ReadModelDatabase,
  progress: (position: Position, head: Position) => void = () => {},
): Promise<Position> {
  const beside = `${path}.rebuilding`;
  remove(beside);
  const database = open(beside);
  try {
    await database.prepare(eventStore);
    const position = await buildTables(eventStore, vault, database.writer, progress);
    // Closing folds the write-ahead log into the file, so that the file alone is everything.
    await database.close();
    remove(path);
    renameSync(beside, path);
    return position;
  } catch (error) {
    await database.close();
    remove(beside);
    throw error;
  }
}

/** A database of SQLite with what may lie beside it. */
function remove(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
}
