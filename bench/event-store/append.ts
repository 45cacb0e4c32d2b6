import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SqliteEventStore } from '../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import { type BenchResult, median, rounded } from '../result.js';
import { type BareAppend, BareLog } from './bare-log.js';
import { deliveryEvents } from './delivery-events.js';

const BATCH = 100;
/** Enough for several checkpoints in each round: one more or less must not decide it. */
const BATCHES = 200;
const ROUNDS = 9;
/** Of what the ratio is not taken from. */
const DETAIL_ROUNDS = 3;
/** New streams in a batch, as when a burst of triggers starts deliveries. */
const SPREAD = 20;
const CALLERS = 64;

type Batch = readonly BareAppend[];
type Append = (batch: Batch) => Promise<void>;

/**
 * Appends of 100 events, to 20 streams and to one, against bare prepared inserts in transactions of 100 with the same
 * durability and keys, and no hash chain, expected revisions or group commit. The bare one has SQLite's defaults; a second,
 * in the detail, has our rarer checkpoints as well. All write to one folder, round by round in turns. The ratio is the
 * lesser of the two against the first.
 */
export async function run(): Promise<BenchResult> {
  // Not in /tmp: that is memory on many machines, where durability costs nothing.
  const folder = mkdtempSync(join(process.cwd(), '.bench-append-'));
  const bare = new BareLog(join(folder, 'bare.db'));
  const tuned = new BareLog(join(folder, 'tuned.db'), 'PRAGMA wal_autocheckpoint = 4000');
  const ours = SqliteEventStore.open(join(folder, 'events.db'));
  const contenders: Record<Contender, Append> = {
    bare: async (batch) => bare.append(batch),
    tuned: async (batch) => tuned.append(batch),
    ours: async (batch) => {
      await ours.appendMany(
        batch.map(({ stream, revision, events }) => ({ stream, expectedRevision: revision - 1, events })),
      );
    },
  };
  try {
    const many = await compare(() => newStreams(SPREAD), contenders);
    const one = await compare(() => newStreams(1), contenders);
    const deliveries = await compare(deliveriesUnderWay, contenders, DETAIL_ROUNDS);
    const singles = await perSecondOfSingles(ours);
    return {
      name: `append of ${BATCH} events against bare node:sqlite`,
      ratio: Math.min(many.ratio, one.ratio),
      target: 0.8,
      detail: {
        ...described(`to ${SPREAD} new streams`, many),
        ...described('to one new stream', one),
        ...described('to 50 new streams and the 50 of the batch before', deliveries),
        [`one event each by ${CALLERS} callers at once, events/s, ours`]: rounded(singles, 0),
      },
    };
  } finally {
    await ours.close();
    bare.db.close();
    tuned.db.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Contender = 'bare' | 'tuned' | 'ours';

interface Comparison {
  ratio: number;
  /** Against the bare one with our checkpoints. */
  tunedRatio: number;
  perSecond: Record<Contender, number>;
}

/** Each batch to new streams, in equal parts. */
function newStreams(spread: number): Batch[] {
  const events = deliveryEvents(BATCH * BATCHES);
  const each = BATCH / spread;
  return Array.from({ length: BATCHES }, (_, batch) =>
    Array.from({ length: spread }, (__, index) => {
      const from = batch * BATCH + index * each;
      return { stream: `delivery-${randomUUID()}`, revision: 0, events: events.slice(from, from + each) };
    }),
  );
}

/** As deliveries go: each stream gets its first event, and in the batch after that, among those of others, its second. */
function deliveriesUnderWay(): Batch[] {
  const events = deliveryEvents(BATCH * BATCHES);
  let before: readonly string[] = [];
  return Array.from({ length: BATCHES }, (_, batch) => {
    const begun = Array.from({ length: BATCH / 2 }, () => `delivery-${randomUUID()}`);
    const places = [
      ...begun.map((stream) => ({ stream, revision: 0 })),
      ...before.map((stream) => ({ stream, revision: 1 })),
    ];
    before = begun;
    const from = batch * BATCH;
    return places.map((place, index) => ({ ...place, events: events.slice(from + index, from + index + 1) }));
  });
}

async function compare(
  batchesOf: () => Batch[],
  contenders: Record<Contender, Append>,
  rounds = ROUNDS,
): Promise<Comparison> {
  const times: Record<Contender, number[]> = { bare: [], tuned: [], ours: [] };
  const order: Contender[] = ['bare', 'ours', 'tuned'];
  for (let round = -1; round < rounds; round++) {
    for (const contender of order) {
      const batches = batchesOf();
      const start = performance.now();
      for (const batch of batches) await contenders[contender](batch);
      // The first round warms all of them up.
      if (round >= 0) times[contender].push(performance.now() - start);
    }
    order.push(order.shift() as Contender);
  }
  // Round by round, since all of a round met the same other load on the machine.
  const against = (yardstick: Contender): number =>
    median(times.ours.map((time, round) => (times[yardstick][round] as number) / time));
  const perSecond = (contender: Contender): number => ((BATCH * BATCHES) / median(times[contender])) * 1_000;
  return {
    ratio: against('bare'),
    tunedRatio: against('tuned'),
    perSecond: { bare: perSecond('bare'), tuned: perSecond('tuned'), ours: perSecond('ours') },
  };
}

const described = (what: string, { ratio, tunedRatio, perSecond }: Comparison): Record<string, number> => ({
  [`${what}, ratio`]: rounded(ratio),
  [`${what}, ratio against bare with our checkpoints`]: rounded(tunedRatio),
  [`${what}, events/s, ours`]: rounded(perSecond.ours, 0),
  [`${what}, events/s, bare`]: rounded(perSecond.bare, 0),
  [`${what}, events/s, bare with our checkpoints`]: rounded(perSecond.tuned, 0),
});

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
