import { join } from 'node:path';
import type { Position } from '../../application/ports/event-store.js';
import { SILENT } from '../../application/ports/logger.js';
import { SqliteReadModels } from '../../infrastructure/read-models/sqlite/sqlite-read-models.js';
import { lockForThisProcess } from '../../infrastructure/system/process-lock.js';
import { readStatus } from '../../projections/projector.js';
import { readSettings, type Settings, shownLocation } from '../../settings.js';
import { type JsonFlag, printResult } from './print-result.js';
import { progressLine } from './progress-line.js';
import { type Unlocked, withExistingEventStore, withExistingUnlocked } from './with-event-store.js';
import { withReadModels } from './with-read-models.js';

/** How far each projection is behind the event store; works beside a running server. */
export async function showProjections(flags: { data?: string; json?: boolean }): Promise<void> {
  const settings = readSettings(flags, process.env);
  const head = await withExistingEventStore(settings, (eventStore) => eventStore.headPosition());
  const statuses = await withReadModels(settings, readStatus);
  const projections = statuses.map((status) => ({ ...status, lag: Math.max(0, head - status.position) }));
  if (flags.json) {
    process.stdout.write(`${JSON.stringify({ head, projections })}\n`);
    return;
  }
  const width = Math.max(...projections.map(({ name }) => name.length), 'projection'.length);
  const row = (name: string, version: string, position: string, lag: string): string =>
    `${name.padEnd(width)}  ${version.padStart(7)}  ${position.padStart(10)}  ${lag.padStart(8)}\n`;
  process.stdout.write(row('projection', 'version', 'position', 'behind'));
  for (const { name, version, position, lag, error } of projections) {
    process.stdout.write(row(name, String(version), String(position), String(lag)));
    if (error !== null) process.stdout.write(`${' '.repeat(width)}  stuck: ${error}\n`);
  }
  process.stdout.write(`\nThe event store is at position ${head}.\n`);
}

/** Builds all tables anew beside the present ones, and puts them in their place once they are complete. */
export async function rebuildProjections(flags: JsonFlag & { data?: string }): Promise<void> {
  const settings = readSettings(flags, process.env);
  const line = progressLine();
  const position = await withExistingUnlocked(settings, (unlocked) => rebuild(settings, unlocked, line.show));
  line.end();
  printResult(flags, { position }, `The read models were built anew, up to position ${position}.`);
}

async function rebuild(
  { readModels, dataDir }: Settings,
  { sealedEventStore: eventStore, vault }: Unlocked,
  progress: (position: Position, head: Position) => void,
): Promise<Position> {
  if (readModels.kind === 'postgres') {
    const { rebuildSchema } = await import('../../infrastructure/read-models/postgres/rebuild-schema.js');
    return rebuildSchema(eventStore, vault, readModels.url, shownLocation(readModels), SILENT, progress);
  }
  const unlock = lockForThisProcess(join(dataDir, 'server.lock'), 'A hookledger server');
  try {
    return await SqliteReadModels.rebuild(eventStore, vault, readModels.path, progress);
  } finally {
    unlock();
  }
}
