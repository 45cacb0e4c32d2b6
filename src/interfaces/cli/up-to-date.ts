import { setTimeout as sleep } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { BEFORE_ALL, type EventStore, type Position } from '../../application/ports/event-store.js';
import type { Projection } from '../../projections/projection.js';
import { readStatus } from '../../projections/projector.js';
import type { ReadTables } from '../../projections/read-tables.js';

const LOOK_EVERY = 50;

/**
 * Whether the projections have taken in every event that means something to them. A running server is a moment behind what
 * was appended just now, so it is given some time; milliseconds. Events of other kinds don't count: without a server,
 * nothing takes them in.
 */
export async function upToDate(
  eventStore: EventStore,
  db: Kysely<ReadTables>,
  projections: readonly Projection[],
  patience: number,
): Promise<boolean> {
  const until = Date.now() + patience;
  for (;;) {
    const statuses = new Map((await readStatus(db)).map((status) => [status.name, status]));
    let behind = false;
    for (const { name, version, handles } of projections) {
      const status = statuses.get(name);
      behind ||= status?.version !== version || (await hasEvents(eventStore, status.position, handles));
    }
    if (!behind || Date.now() >= until) return !behind;
    await sleep(LOOK_EVERY);
  }
}

async function hasEvents(eventStore: EventStore, after: Position, types: ReadonlySet<string>): Promise<boolean> {
  const options = after === BEFORE_ALL ? {} : { after };
  for await (const events of eventStore.readAll(options)) if (events.some(({ type }) => types.has(type))) return true;
  return false;
}
