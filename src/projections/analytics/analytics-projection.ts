import { type Kysely, SqliteAdapter, sql, type Transaction } from 'kysely';
import type { DeliveryEvent } from '../../domain/delivery/delivery.js';
import { type AttemptOutcome, codeOf } from '../../domain/delivery/outcome.js';
import { receiverFailure } from '../../domain/delivery/receiver-failure.js';
import { compiled, portions } from '../evolve-rows.js';
import { DELIVERY_EVENTS, handling, idOf, type ProjectedEvent, type Projection } from '../projection.js';
import type { ReadTables } from '../read-tables.js';
import type { Measure, WebhookCountsTable } from './analytics-tables.js';
import { classOf } from './response-time.js';

const ACTION = 'webhook-action-';

/** How long counts of five minutes are kept after the newest one; milliseconds. */
export const FIVE_MINUTES_KEPT_MS = 2 * 24 * 3_600_000;

const MEASURES: readonly Measure[] = ['delivery', 'code', 'attempts', 'response_ms', 'failing_origin'];

export const analyticsProjection: Projection = {
  name: 'analytics',
  version: 2,
  inBulk: true,
  tables: ['webhook_counts', 'webhook_origins'],
  handles: handling(...DELIVERY_EVENTS, 'WebhookActionConfigured'),
  async create(db: Kysely<ReadTables>) {
    const counts = db.schema
      .createTable('webhook_counts')
      .addColumn('span', 'text', (column) => column.notNull())
      .addColumn('measure', 'text', (column) => column.notNull())
      .addColumn('begins_at', 'text', (column) => column.notNull())
      .addColumn('action_id', 'text', (column) => column.notNull())
      .addColumn('value', 'text', (column) => column.notNull())
      .addColumn('flow_id', 'text', (column) => column.notNull())
      .addColumn('count', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('webhook_counts_pk', [...KEY]);
    // SQLite then keeps the rows themselves in the key's order, so that a time is read in one go. PostgreSQL knows no such tables.
    const onSqlite = db.getExecutor().adapter instanceof SqliteAdapter;
    await (onSqlite ? counts.modifyEnd(sql`without rowid`) : counts).execute();
    await db.schema
      .createTable('webhook_origins')
      .addColumn('action_id', 'text', (column) => column.primaryKey())
      .addColumn('origin', 'text', (column) => column.notNull())
      .execute();
  },
  async apply(events: readonly ProjectedEvent[], transaction: Transaction<ReadTables>) {
    const rows: Rows = new Map();
    const originOf = await originsOf(events, transaction);
    const moved = new Map<string, string>();
    for (const event of events) {
      if (event.type === 'WebhookActionConfigured') {
        const [actionId, { origin }] = [idOf(ACTION, event), new URL(event.data.url)];
        originOf.set(actionId, origin);
        moved.set(actionId, origin);
      } else count(rows, event as DeliveryEvent, event.metadata.time, originOf);
    }
    for (const some of portions([...moved].map(([action_id, origin]) => ({ action_id, origin })))) {
      await transaction
        .insertInto('webhook_origins')
        .values(some)
        .onConflict((conflict) => conflict.column('action_id').doUpdateSet({ origin: sql`excluded.origin` }))
        .execute();
    }
    for (const some of portions(inAllSpans(rows))) await addCounts(transaction, some);
    if (rows.size > 0) await forgetOld(transaction);
  },
};

const KEY = ['span', 'measure', 'begins_at', 'action_id', 'value'] as const;
const COLUMNS = [...KEY, 'flow_id', 'count'] as const;

/** The beginning of a span of five minutes. */
const fiveMinutesOf = (time: string): string =>
  `${time.slice(0, 14)}${String(Math.floor(Number(time.slice(14, 16)) / 5) * 5).padStart(2, '0')}:00.000Z`;

/** Counts an event in its five minutes. */
function count(rows: Rows, event: DeliveryEvent, time: string, originOf: ReadonlyMap<string, string>): void {
  const { actionId: action_id, flowId: flow_id } = event.data;
  const begins_at = fiveMinutesOf(time);
  const add = (measure: Measure, value: string): void =>
    addTo(rows, { span: 'five_minutes', measure, begins_at, action_id, value, flow_id, count: 1 });
  const outcome = (of: AttemptOutcome): void => {
    add('code', codeOf(of));
    if (of.kind === 'answer') add('response_ms', String(classOf(of.durationMs)));
  };
  const origin = receiverFailure(event)?.attempt ? originOf.get(action_id) : undefined;
  if (origin !== undefined) add('failing_origin', origin);

  switch (event.type) {
    case 'DeliveryRequested':
      add('delivery', 'requested');
      break;
    case 'DeliveryAttempted':
      add('delivery', 'attempted');
      break;
    case 'DeliveryRetried':
      add('delivery', 'retried');
      break;
    case 'DeliverySucceeded': {
      const { attempt, statusCode, durationMs } = event.data;
      add('delivery', 'succeeded');
      add('attempts', String(attempt));
      outcome({ kind: 'answer', statusCode, durationMs });
      break;
    }
    case 'DeliveryAttemptFailed':
      outcome(event.data.outcome);
      break;
    case 'DeliveryFailed':
      add('delivery', 'failed');
      add('attempts', String(event.data.attempts));
      break;
    case 'DeliverySkipped':
      add('delivery', 'skipped');
      add('attempts', String(event.data.attempts));
      if (event.data.outcome !== undefined) outcome(event.data.outcome);
      break;
    case 'DeliveryResent':
      add('delivery', `resent_${event.data.from}`);
      break;
    default:
  }
}

type Rows = Map<string, WebhookCountsTable>;

function addTo(rows: Rows, row: WebhookCountsTable): void {
  const key = `${row.span} ${row.measure} ${row.begins_at} ${row.action_id} ${row.value}`;
  const known = rows.get(key);
  if (known === undefined) rows.set(key, row);
  else known.count += row.count;
}

/** The counts of five minutes, and what they are in longer spans. */
function inAllSpans(fiveMinutes: Rows): WebhookCountsTable[] {
  const longer: Rows = new Map();
  for (const row of fiveMinutes.values()) {
    const { begins_at, measure } = row;
    addTo(longer, { ...row, span: 'hour', begins_at: `${begins_at.slice(0, 13)}:00:00.000Z` });
    addTo(longer, { ...row, span: 'day', begins_at: `${begins_at.slice(0, 10)}T00:00:00.000Z` });
    if (measure === 'delivery') addTo(longer, { ...row, span: 'ever', begins_at: '' });
  }
  return [...fiveMinutes.values(), ...longer.values()];
}

async function addCounts(db: Transaction<ReadTables>, rows: readonly WebhookCountsTable[]): Promise<void> {
  const statement = compiled(db, `add webhook_counts ${rows.length}`, () => {
    const values = rows.map((row) => sql`(${sql.join(COLUMNS.map((name) => row[name]))})`);
    return sql`insert into webhook_counts (${sql.join(COLUMNS.map((name) => sql.ref(name)))}) values ${sql.join(values)}
      on conflict (${sql.join(KEY.map((name) => sql.ref(name)))})
      do update set count = webhook_counts.count + excluded.count`.compile(db);
  });
  await db.executeQuery({ ...statement, parameters: rows.flatMap((row) => COLUMNS.map((name) => row[name])) });
}

/** Where the actions of failed attempts point at, as of before these events. */
async function originsOf(
  events: readonly ProjectedEvent[],
  transaction: Transaction<ReadTables>,
): Promise<Map<string, string>> {
  const actionIds = new Set<string>();
  for (const { type, data } of events) {
    if (type === 'DeliveryAttemptFailed' || type === 'DeliverySkipped') actionIds.add(data.actionId);
  }
  if (actionIds.size === 0) return new Map();
  const rows = await transaction
    .selectFrom('webhook_origins')
    .selectAll()
    .where('action_id', 'in', [...actionIds])
    .execute();
  return new Map(rows.map(({ action_id, origin }) => [action_id, origin]));
}

/** By the newest count there is and not by the clock, so that the same stands there whenever the events are taken in. */
async function forgetOld(transaction: Transaction<ReadTables>): Promise<void> {
  const { newest } = await transaction
    .selectFrom('webhook_counts')
    .select(({ fn }) => fn.max('begins_at').as('newest'))
    .where('span', '=', 'five_minutes')
    .where('measure', '=', 'delivery')
    .executeTakeFirstOrThrow();
  if (newest === null) return;
  await transaction
    .deleteFrom('webhook_counts')
    .where('span', '=', 'five_minutes')
    .where('measure', 'in', MEASURES)
    .where('begins_at', '<', new Date(Date.parse(newest) - FIVE_MINUTES_KEPT_MS).toISOString())
    .execute();
}
