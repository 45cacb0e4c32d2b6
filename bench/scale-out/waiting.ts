import { type Kysely, sql } from 'kysely';
import type { DeliveryQueue } from '../../src/application/ports/delivery-queue.js';
import { ProjectionProgress } from '../../src/projections/projection-progress.js';
import type { ReadTables } from '../../src/projections/read-tables.js';
import { DATABASES, type DatabaseKind, ReadSide } from '../../tests/projections/read-side.js';
import { type BenchResult, median, rounded } from '../result.js';

const FEW = 1_000;
const MANY = 1_000_000;
const ORIGINS = 20;
const BATCH = 100;
const ROUNDS = 40;
const NOW = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;

/** Claiming a batch of due deliveries while a million wait for their retries, against a thousand. */
export async function run(): Promise<BenchResult> {
  const detail: Record<string, number | string> = {};
  const ratios: number[] = [];
  for (const kind of DATABASES) {
    const [few, many] = [await claimTimes(kind, FEW), await claimTimes(kind, MANY)];
    ratios.push(few.ms / many.ms);
    detail[`${kind}: ms a batch of ${BATCH} with ${FEW} waiting`] = rounded(few.ms);
    detail[`${kind}: ms with ${MANY} waiting`] = rounded(many.ms);
    detail[`${kind}: ratio`] = rounded(few.ms / many.ms);
    detail[`${kind}: heap grown by the claims, MiB`] = rounded(many.heapGrown / 2 ** 20, 1);
  }
  return {
    name: 'claiming with a million waiting against a thousand',
    ratio: Math.min(...ratios),
    target: 0.5,
    detail,
  };
}

async function claimTimes(kind: DatabaseKind, waiting: number): Promise<{ ms: number; heapGrown: number }> {
  const side = await ReadSide.make(kind);
  const db = side.database.writer;
  const queue = side.database.newQueue('bench', BATCH * ROUNDS, new ProjectionProgress([]));
  try {
    await fill(db, kind, waiting, NOW + HOUR, 'waiting');
    await fill(db, kind, BATCH * (ROUNDS + 5), NOW - HOUR, 'due');
    if (kind === 'PostgreSQL') await sql`analyze`.execute(db);
    for (let warm = 0; warm < 5; warm++) await claim(queue);
    globalThis.gc?.();
    const heap = process.memoryUsage().heapUsed;
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const began = performance.now();
      const claimed = await claim(queue);
      times.push(performance.now() - began);
      if (claimed !== BATCH) throw new Error(`${claimed} were claimed instead of ${BATCH}.`);
    }
    globalThis.gc?.();
    return { ms: median(times), heapGrown: process.memoryUsage().heapUsed - heap };
  } finally {
    await queue.stop();
    await side.remove();
  }
}

async function claim(queue: DeliveryQueue): Promise<number> {
  const claimed = await queue.claim({ now: NOW, leaseMs: 120_000, limit: BATCH });
  await queue.nextDueAt(NOW);
  for (const one of claimed) queue.finished(one);
  return claimed.length;
}

/** Rows of the queue spread over origins and over an hour from `from` on. */
async function fill(
  db: Kysely<ReadTables>,
  kind: DatabaseKind,
  rows: number,
  from: number,
  prefix: string,
): Promise<void> {
  const numbers =
    kind === 'PostgreSQL'
      ? sql`select n from generate_series(1, cast(${rows} as int)) n`
      : sql`with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${rows}) select n from numbers`;
  const text = (value: ReturnType<typeof sql>) => sql`cast(${value} as text)`;
  await sql`
    insert into delivery_queue (delivery_id, action_id, origin, due_at, claimable_at)
    select cast(${prefix} as text) || ${text(sql`n`)}, 'a', 'https://shop-' || ${text(sql`n % ${sql.lit(ORIGINS)}`)},
      ${sql.lit(from)} + n % ${sql.lit(HOUR)}, ${sql.lit(from)} + n % ${sql.lit(HOUR)}
    from (${numbers}) numbers`.execute(db);
}
