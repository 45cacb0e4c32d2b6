import { type Kysely, sql } from 'kysely';
import type { ReadTables } from '../../src/projections/read-tables.js';

/** What the rows of {@link fillReadModels} are about. */
export const FILLED = {
  /** The time of the last request: 2026-03-31T00:00:00.000Z. Requests are spread over the thirty days before. */
  now: Date.UTC(2026, 2, 31),
  actionOf: (n: number) => `action-${n % ACTIONS}`,
  flowOf: (n: number) => `flow-${(n % ACTIONS) % FLOWS}`,
  /** Whose deliveries are many, as few profiles' are. */
  profile: 'profile-1',
};

const ACTIONS = 24;
const FLOWS = 8;
const DAYS = 30;

/** As a number of SQL: node:sqlite binds every number as a real one, and its remainders have decimals then. */
const whole = (value: number) => sql.raw(String(value));

/**
 * Fills read.db (SQLite) with deliveries by SQL alone, the same each time: of a hundred, 94 succeeded, 3 failed, 2 were skipped and
 * one is waiting, and of those that failed one in a thousand by `timeout`. Counts are as many as they would have.
 */
export async function fillReadModels(db: Kysely<ReadTables>, deliveries: number): Promise<void> {
  const start = FILLED.now - DAYS * 86_400_000;
  const ms = (DAYS * 86_400_000) / deliveries;
  const at = (more: number) =>
    sql`strftime('%Y-%m-%dT%H:%M:%fZ', (${start} + n * ${ms} + ${more}) / 1000.0, 'unixepoch')`;
  const numbers = sql`with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${whole(deliveries)})`;
  await sql`insert into deliveries (delivery_id, action_id, flow_id, trigger_id, profile_id, status, attempts, url, code,
      message, sealed_error, requested_at, due_at, updated_at, position)
    ${numbers} select printf('%08x-0000-4000-8000-000000000000', n), 'action-' || (n % ${whole(ACTIONS)}),
      'flow-' || (n % ${whole(ACTIONS)} % ${whole(FLOWS)}), 'trigger-' || n, 'profile-' || (n % max(${whole(deliveries)} / 20, 1)),
      case when n % 100 < 94 then 'succeeded' when n % 100 < 97 then 'failed' when n % 100 < 99 then 'skipped' else 'waiting' end,
      case when n % 100 between 94 and 96 then 18 else 1 end, 'https://receiver-' || (n % 12) || '.example.com/hook',
      case when n % 100 < 94 then '200' when n % 100 < 97 then case when n % 1000 = 95 then 'timeout' else '503' end
        when n % 100 < 99 then '404' else '503' end,
      case when n % 100 < 94 then null else 'The receiver answered with an error.' end, null,
      ${at(0)}, case when n % 100 = 99 then ${at(60_000)} else null end, ${at(5_000)}, n * 3
    from numbers`.execute(db);
  await sql`insert into delivery_queue (delivery_id, action_id, origin, due_at, claimable_at, leased_by)
    select delivery_id, action_id, 'https://receiver-' || (position % 36 / 3) || '.example.com', ${FILLED.now + 60_000},
      ${FILLED.now + 60_000}, null from deliveries where status = 'waiting' and position % 3 = 0 and delivery_id like '%-0000-4000-8000-000000000000'`.execute(
    db,
  );
  for (const [span, width, kept] of SPANS) await fillCounts(db, deliveries, span, width, kept);
  await sql`insert into webhook_counts select 'ever', measure, '', action_id, value, flow_id, sum(count) from webhook_counts
    where span = 'day' and measure = 'delivery' and action_id like 'action-%' group by measure, action_id, value, flow_id`.execute(
    db,
  );
}

/** Seconds, and how many of them are there. */
const SPANS = [
  ['five_minutes', 300, 2 * 288],
  ['hour', 3_600, DAYS * 24],
  ['day', 86_400, DAYS],
] as const;

/** Each action has each of these values in each span. */
const VALUES = [
  ...['requested', 'attempted', 'retried', 'succeeded', 'failed', 'skipped'].map((value) => ['delivery', value]),
  ...['200', '404', '503', 'timeout'].map((value) => ['code', value]),
  ...['1', '2', '18'].map((value) => ['attempts', value]),
  ...['12', '50', '79', '126', '251', '501', '1000', '2512'].map((value) => ['response_ms', value]),
  ...['https://receiver-1.example.com'].map((value) => ['failing_origin', value]),
] as const;

async function fillCounts(
  db: Kysely<ReadTables>,
  deliveries: number,
  span: string,
  width: number,
  spans: number,
): Promise<void> {
  const share = Math.max(1, Math.round((deliveries / ACTIONS) * ((width * 1_000) / (DAYS * 86_400_000))));
  // A tenth of a thousand deliveries is in every span of a million, but a thousand alone reach few of them.
  const reached = Math.min(spans, Math.ceil(deliveries / ACTIONS));
  for (const [measure, value] of VALUES) {
    await sql`insert into webhook_counts
      with recursive spans(s) as (select 0 union all select s + 1 from spans where s + 1 < ${whole(reached)}),
        actions(a) as (select 0 union all select a + 1 from actions where a + 1 < ${whole(ACTIONS)})
      select ${span}, ${measure}, strftime('%Y-%m-%dT%H:%M:%fZ', ${FILLED.now / 1_000} - (s + 1) * ${whole(width)}, 'unixepoch'),
        'action-' || a, ${value}, 'flow-' || (a % ${whole(FLOWS)}), ${whole(share)} from spans, actions`.execute(db);
  }
}
