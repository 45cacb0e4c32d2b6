import { join } from 'node:path';
import { ReadModelDatabase } from '../../infrastructure/read-models/database.js';
import { rebuildReadModels } from '../../infrastructure/read-models/rebuild.js';
import { lockForThisProcess } from '../../infrastructure/system/process-lock.js';
import { readStatus } from '../../projections/projector.js';
import { readSettings } from '../../settings.js';
import { requireEventStore, withExistingEventStore } from './with-event-store.js';

/** How far each projection is behind the event store; works beside a running server. */
export async function showProjections(flags: { data?: string; json?: boolean }): Promise<void> {
  const settings = readSettings(flags, process.env);
  const head = await withExistingEventStore(settings, (eventStore) => eventStore.headPosition());
  const db = ReadModelDatabase.openReader(settings.readModelsPath);
  const projections = (await readStatus(db)).map((status) => ({ ...status, lag: Math.max(0, head - status.position) }));
  await db.destroy();
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

/** Builds all tables anew in a file beside read.db, and puts it in read.db's place once it is complete. */
export async function rebuildProjections(flags: { data?: string }): Promise<void> {
  const settings = readSettings(flags, process.env);
  requireEventStore(settings);
  const unlock = lockForThisProcess(join(settings.dataDir, 'server.lock'), 'A hookledger server');
  try {
    const position = await withExistingEventStore(settings, (eventStore) =>
      rebuildReadModels(eventStore, settings.readModelsPath, (reached, head) => {
        if (process.stderr.isTTY) process.stderr.write(`\rup to position ${reached} of ${head} …`);
      }),
    );
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
    process.stdout.write(`The read models were built anew, up to position ${position}.\n`);
  } finally {
    unlock();
  }
}
