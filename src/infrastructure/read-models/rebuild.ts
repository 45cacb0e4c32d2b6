import { renameSync, rmSync } from 'node:fs';
import type { EventStore, Position } from '../../application/ports/event-store.js';
import { PROJECTIONS } from '../../projections/projections.js';
import { Projector } from '../../projections/projector.js';
import { SystemClock } from '../system/system-clock.js';
import { ReadModelDatabase } from './database.js';

/**
 * Builds every table from the first event on in a file of its own, then puts that in the place of `path`. Whatever stops it
 * before, the live file is as it was. Nobody may have the live file open.
 *
 * @returns the position of the last event taken in
 */
export async function rebuildReadModels(
  eventStore: EventStore,
  path: string,
  progress: (position: Position, head: Position) => void = () => {},
): Promise<Position> {
  const beside = `${path}.rebuilding`;
  remove(beside);
  const database = ReadModelDatabase.open(beside);
  try {
    const head = await eventStore.headPosition();
    const projector = new Projector(eventStore, database.writer, PROJECTIONS, new SystemClock(), SILENT);
    await projector.prepare();
    await projector.catchUp((position) => progress(position, head));
    // Closing folds the write-ahead log into the file, so that the file alone is everything.
    await database.close();
    remove(path);
    renameSync(beside, path);
    return projector.position;
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

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
