import type { Clock } from '../../application/ports/clock.js';
import type { Logger } from '../../application/ports/logger.js';
import { type ReadModelsLocation, shownLocation } from '../../settings.js';
import type { ReadModelDatabase } from './read-model-database.js';
import { SqliteReadModels } from './sqlite/sqlite-read-models.js';

/** Opens the read models where they are; makes a file where there is none. @throws ReadModelsUnusable */
export async function openReadModels(
  location: ReadModelsLocation,
  clock: Clock,
  logger: Logger,
): Promise<ReadModelDatabase> {
  if (location.kind === 'sqlite') return SqliteReadModels.open(location.path);
  // Loaded where it is used: an embedded installation needs none of its code.
  const { PostgresReadModels } = await import('./postgres/postgres-read-models.js');
  return PostgresReadModels.open(location.url, shownLocation(location), clock, logger);
}
