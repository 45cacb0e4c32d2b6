import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { NewEvent } from '../../src/application/ports/event-store.js';
import { SqliteEventStore } from '../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import { type BenchResult, median, rounded } from '../result.js';
import { BareLog } from './bare-log.js';
import { deliveryEvents } from './delivery-events.js';

const BATCH = 100;
const BATCHES = 100;
const ROUNDS = 15;
/** New streams in a batch, as when a burst of triggers starts deliveries. */
const SPREAD = 20;
const CALLERS = 64;

interface Batch {
  streams: readonly string[];
  events: readonly NewEvent[];
}

/**
 * Appends of 100 events, to 20 streams and to one, against bare prepared inserts in transactions of 100 with the same
 * durability and keys (without a hash chain, expected revisions or group commit). Both write to files in one folder, in
 * turns; who begins alternates. The ratio is the lesser of the two.
 */
export async function run(): Promise<BenchResult> {
  // Not in /tmp: that is memory on many machines, where durability costs nothing.
  const folder = mkdtempSync(join(process.cwd(), '.bench-append-'));
  const bare = new BareLog(join(folder, 'bare.db'));
  const ours = SqliteEventStore.open(join(folder, 'events.db'));
  const appendBare = async ({ streams, events }: Batch): Promise<void> => bare.append(streams, events);
  const appendOurs = async ({ streams, events }: Batch): Promise<void> => {
    const each = events.length / streams.length;
    await ours.appendMany(
      streams.map((stream, index) => ({
        stream,
        expectedRevision: 'no-stream',
        events: events.slice(index * each, (index + 1) * each),
      })),
    );
  };
  try {
    const many = await compare(SPREAD, appendBare, appendOurs);
    const one = await compare(1, appendBare, appendOurs);
    const singles = await perSecondOfSingles(ours);
    return {
      name: `append of ${BATCH} events against bare node:sqlite`,
      ratio: Math.min(many.ratio, one.ratio),
      target: 0.8,
      detail: {
        [`to ${SPREAD} new streams, ratio`]: rounded(many.ratio),
        [`to ${SPREAD} new streams, events/s, ours`]: rounded(many.ours, 0),
        [`to ${SPREAD} new streams, events/s, bare`]: rounded(many.bare, 0),
        'to one new stream, ratio': rounded(one.ratio),
        'to one new stream, events/s, ours': rounded(one.ours, 0),
        'to one new stream, events/s, bare': rounded(one.bare, 0),
        [`one event each by ${CALLERS} callers at once, events/s, ours`]: rounded(singles, 0),
      },
    };
  } finally {
    await ours.close();
    bare.db.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compare(
  spread: number,
  appendBare: (batch: Batch) => Promise<void>,
  appendOurs: (batch: Batch) => Promise<void>,
): Promise<{ ratio: number; ours: number; bare: number }> {
  const events = deliveryEvents(BATCH * BATCHES);
  const [bareTimes, ourTimes]: [number[], number[]] = [[], []];
  for (let round = -1; round < ROUNDS; round++) {
    const batches = Array.from({ length: BATCHES }, (_, index) => ({
      streams: Array.from({ length: spread }, () => `delivery-${randomUUID()}`),
      events: events.slice(index * BATCH, (index + 1) * BATCH),
    }));
    const turns: [(batch: Batch) => Promise<void>, number[]][] = [
      [appendBare, bareTimes],
      [appendOurs, ourTimes],
    ];
    if (round % 2 === 0) turns.reverse();
    for (const [append, times] of turns) {
      const start = performance.now();
      for (const batch of batches) await append(batch);
      // The first round warms both up.
      if (round >= 0) times.push(performance.now() - start);
    }
  }
  const perSecond = (times: readonly number[]): number => ((BATCH * BATCHES) / median(times)) * 1_000;
  const [ours, bare] = [perSecond(ourTimes), perSecond(bareTimes)];
  return { ratio: ours / bare, ours, bare };
}

async function perSecondOfSingles(store: SqliteEventStore): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round < 5; round++) {
    const events = deliveryEvents(CALLERS * 100);
    const start = performance.now();
    let next = 0;
    const caller = async (): Promise<void> => {
      for (let event = events[next++]; event !== undefined; event = events[next++]) {
        await store.append(`delivery-${event.id}`, 'no-stream', [event]);
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, caller));
    rates.push((events.length / (performance.now() - start)) * 1_000);
  }
  return median(rates);
}
