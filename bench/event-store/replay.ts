import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SqliteEventStore } from '../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import { type BenchResult, median, rounded } from '../result.js';
import { deliveryEvents } from './delivery-events.js';

const EVENTS = 100_000;
const BATCH = 1_000;
const ROUNDS = 9;

/**
 * Reading a log of 100,000 events in order by `readAll`, against the two plain ways of node:sqlite on the same file (`all`, and
 * `iterate`, which is flat in memory as ours is), each with JSON.parse of data and metadata. The ratio is against the quicker.
 * Streams are as short as those of deliveries, two events each, and the bare ones needn't tell their names.
 */
export async function run(): Promise<BenchResult> {
  const folder = mkdtempSync(join(process.cwd(), '.bench-replay-'));
  const path = join(folder, 'events.db');
  const store = SqliteEventStore.open(path);
  const db = new DatabaseSync(path, { readOnly: true });
  const select = db.prepare(
    'SELECT position, stream_id, revision, id, type, data, metadata FROM events ORDER BY position',
  );
  try {
    for (let n = 0; n < EVENTS; n += BATCH) {
      const events = deliveryEvents(BATCH);
      const appends = Array.from({ length: BATCH / 2 }, (_, index) => ({
        stream: `delivery-${randomUUID()}`,
        expectedRevision: 'no-stream' as const,
        events: events.slice(index * 2, index * 2 + 2),
      }));
      await store.appendMany(appends);
    }
    const ways = {
      ours: async () => {
        let count = 0;
        for await (const events of store.readAll()) count += events.length;
        return count;
      },
      iterate: async () => count(select.iterate()),
      all: async () => count(select.all()),
    };
    const times: Record<keyof typeof ways, number[]> = { ours: [], iterate: [], all: [] };
    const order = Object.keys(ways) as (keyof typeof ways)[];
    for (let round = -1; round < ROUNDS; round++) {
      for (const way of order) {
        globalThis.gc?.();
        const start = performance.now();
        const read = await ways[way]();
        const took = performance.now() - start;
        if (read !== EVENTS) throw new Error(`${way} read ${read} events of ${EVENTS}.`);
        // The first round warms all of them up.
        if (round >= 0) times[way].push(took);
      }
      order.push(order.shift() as keyof typeof ways);
    }
    const perSecond = (way: keyof typeof ways): number => (EVENTS / median(times[way])) * 1_000;
    return {
      name: `replay of ${EVENTS} events against a bare parsed read`,
      ratio: perSecond('ours') / Math.max(perSecond('iterate'), perSecond('all')),
      target: 0.8,
      detail: {
        'events/s, ours': rounded(perSecond('ours'), 0),
        'events/s, bare iterate': rounded(perSecond('iterate'), 0),
        'events/s, bare all': rounded(perSecond('all'), 0),
      },
    };
  } finally {
    db.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function count(rows: Iterable<Record<string, unknown>>): number {
  let parsed = 0;
  for (const row of rows) {
    row.data = JSON.parse(row.data as string);
    row.metadata = JSON.parse(row.metadata as string);
    parsed++;
  }
  return parsed;
}
