import { BEFORE_ALL, type EventStore, type Position } from '../../application/ports/event-store.js';
import type { ReadModels } from '../../application/ports/read-models.js';

/**
 * Resolves once what a command recorded can be read. Where it had nothing to record, somebody else's command has made it
 * so, perhaps a moment ago: then everything there is has to be readable.
 */
export async function readable(
  { eventStore, readModels }: { eventStore: EventStore; readModels: ReadModels },
  { position }: { position: Position },
): Promise<void> {
  await readModels.caughtUpTo(position === BEFORE_ALL ? await eventStore.headPosition() : position);
}
