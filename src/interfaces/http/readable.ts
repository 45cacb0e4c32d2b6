import { BEFORE_ALL, type EventStore, type Position } from '../../application/ports/event-store.js';
import type { ReadModels } from '../../application/ports/read-models.js';
import { ApiError } from './api-error.js';

/** How long a request waits for the read models; milliseconds. They are behind so far only while nobody keeps them. */
const MOST_MS = 10_000;

/**
 * Resolves once what a command recorded can be read in the projections that show it; those that take events in bulk would have
 * everybody else wait for nothing. Where it had nothing to record, somebody else's command has made it
 * so, perhaps a moment ago: then everything there is has to be readable.
 * @throws ApiError unavailable, where that takes too long
 */
export async function readable(
  { eventStore, readModels }: { eventStore: EventStore; readModels: ReadModels },
  { position }: { position: Position },
  ...projections: readonly [string, ...string[]]
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new ApiError('unavailable', BEHIND, { 'retry-after': '5' })), MOST_MS);
  });
  try {
    const wanted = position === BEFORE_ALL ? await eventStore.headPosition() : position;
    await Promise.race([readModels.caughtUpTo(wanted, projections), late]);
  } finally {
    clearTimeout(timer);
  }
}

const BEHIND = {
  detail:
    'What was sent is recorded, but the read models are behind, so it can not be shown yet; look for it in a moment instead of sending it again.',
};
