import type { Kysely } from 'kysely';
import type { EventStore, Position } from '../../application/ports/event-store.js';
import { ALONE } from '../../application/ports/leadership.js';
import { SILENT } from '../../application/ports/logger.js';
import type { Vault } from '../../application/ports/vault.js';
import { ProjectionProgress } from '../../projections/projection-progress.js';
import { LANES_OF_ONE_PROCESS } from '../../projections/projections.js';
import { Projector } from '../../projections/projector.js';
import type { ReadTables } from '../../projections/read-tables.js';
import { SystemClock } from '../system/system-clock.js';

/** Takes every event of the store into tables that nobody else uses. @returns the position reached */
export async function buildTables(
  eventStore: EventStore,
  vault: Vault,
  db: Kysely<ReadTables>,
  progress: (position: Position, head: Position) => void = () => {},
): Promise<Position> {
  const head = await eventStore.headPosition();
  const projector = new Projector(LANES_OF_ONE_PROCESS, {
    eventStore,
    db,
    vault,
    leadership: ALONE,
    news: {},
    progress: new ProjectionProgress([]),
    clock: new SystemClock(),
    logger: SILENT,
  });
  await projector.prepare();
  await projector.catchUp((position) => progress(position, head));
  return projector.position;
}
