import type { Kysely } from 'kysely';
import { SILENT } from '../../application/ports/logger.js';
import { openReadModels } from '../../infrastructure/read-models/open-read-models.js';
import { SqliteReadModels } from '../../infrastructure/read-models/sqlite/sqlite-read-models.js';
import { SystemClock } from '../../infrastructure/system/system-clock.js';
import type { ReadTables } from '../../projections/read-tables.js';
import type { Settings } from '../../settings.js';

/** Opens the read models for looking alone, beside a running server, and closes them after. @throws ReadModelsUnusable */
export async function withReadModels<T>(
  { readModels }: Settings,
  use: (db: Kysely<ReadTables>) => Promise<T>,
): Promise<T> {
  if (readModels.kind === 'sqlite') {
    const db = SqliteReadModels.openReader(readModels.path);
    try {
      return await use(db);
    } finally {
      await db.destroy();
    }
  }
  const database = await openReadModels(readModels, new SystemClock(), SILENT);
  try {
    return await use(database.reader);
  } finally {
    await database.close();
  }
}
