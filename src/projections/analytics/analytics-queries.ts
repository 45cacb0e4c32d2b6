import type { Kysely } from 'kysely';
import type { ReadTables } from '../read-tables.js';
import { inSteps, type Scale, type TimeRange } from './analytics-scale.js';
import type { Measure, Span } from './analytics-tables.js';
import { percentileMs } from './response-time.js';

/** How many deliveries came to what. */
export interface DeliveryCounts {
  requested: number;
  succeeded: number;
  /** Due, under way or waiting for a retry: now, whatever time is asked about. */
  waiting: number;
  /** In the failed queue, but for those that were sent again from it; the same for skipped. */
  failed: number;
  skipped: number;
  attempts: number;
  retried: number;
}

/** Counts of deliveries and attempts. */
export interface Analytics {
  totals: DeliveryCounts;
  /** Only actions that had any. */
  actions: readonly (DeliveryCounts & { actionId: string; flowId: string })[];
  /** Only hours that had any, oldest first; what happened in them, so that one delivery may fail in several. */
  hours: readonly (Omit<DeliveryCounts, 'waiting'> & { hour: string })[];
  /** Outcomes of attempts, the most frequent first. */
  codes: readonly { code: string; count: number }[];
  /** How many attempts ended deliveries took, fewest first. */
  attemptsToEnd: readonly { attempts: number; count: number }[];
  /** How long receivers took to answer, in milliseconds; null where nothing was answered. */
  responseTime: { count: number; p50Ms: number | null; p95Ms: number | null; p99Ms: number | null };
}

/** What is counted. */
export interface AnalyticsFilter {
  flowId?: string;
  actionId?: string;
  /** ISO 8601; the whole hours of both count. */
  from?: string;
  to?: string;
}

/** What is counted, at whatever time. */
export type CountedOf = Pick<AnalyticsFilter, 'flowId' | 'actionId'>;

/** What happened in a range of time, whatever was sent again since; but for what waits, which is as of now. */
export interface AnalyticsInRange extends Omit<Analytics, 'hours'> {
  /** Every step of the range, oldest first; `from` and `to` in epoch milliseconds. */
  steps: readonly (TimeRange & Omit<DeliveryCounts, 'waiting'>)[];
  /** Where attempts failed, the most frequent first. */
  failingOrigins: readonly { origin: string; count: number }[];
}

/** Counts of the measure `delivery`, by value. */
type Tally = Map<string, number>;

/** Rows of one span, that begin from a time on and before another one. */
interface Rows extends CountedOf {
  span: Span;
  /** ISO 8601. */
  from?: string | undefined;
  before?: string | undefined;
}

export class AnalyticsQueries {
  constructor(private readonly db: Kysely<ReadTables>) {}

  async analytics({ from, to, ...of }: AnalyticsFilter = {}): Promise<Analytics> {
    const rows: Rows = {
      ...of,
      span: 'hour',
      from: from === undefined ? undefined : `${new Date(from).toISOString().slice(0, 13)}:00:00.000Z`,
      before: to === undefined ? undefined : new Date(Date.parse(to) + 1).toISOString(),
    };
    const { failingOrigins: _, ...outcomes } = await this.outcomes(rows);
    const hours = [...(await this.tallies(rows))].map(([hour, tally]) => ({ hour, ...happenedIn(tally) }));
    return { ...(await this.ended(rows, leftOf)), hours, ...outcomes };
  }

  /** Whole steps of the scale count: a time within one stands for all of it. */
  async inRange(range: TimeRange, scale: Scale, of: CountedOf = {}): Promise<AnalyticsInRange> {
    const { from, to } = inSteps(range, scale);
    const rows: Rows = {
      ...of,
      span: scale.span,
      from: new Date(from).toISOString(),
      before: new Date(to).toISOString(),
    };
    const tallies: Tally[] = Array.from({ length: (to - from) / scale.step }, () => new Map());
    for (const [beginsAt, tally] of await this.tallies(rows)) {
      const step = tallies[Math.floor((Date.parse(beginsAt) - from) / scale.step)] as Tally;
      for (const [value, count] of tally) add(step, value, count);
    }
    const steps = tallies.map((tally, index) => ({
      from: from + index * scale.step,
      to: from + (index + 1) * scale.step,
      ...happenedIn(tally),
    }));
    return { ...(await this.ended(rows, happenedIn)), steps, ...(await this.outcomes(rows)) };
  }

  /** As of now, over all time. */
  async everything(of: CountedOf = {}): Promise<DeliveryCounts> {
    return (await this.ended({ ...of, span: 'ever' }, leftOf)).totals;
  }

  private async ended(rows: Rows, countsOf: typeof leftOf): Promise<Pick<Analytics, 'totals' | 'actions'>> {
    const { span: _, from: __, before: ___, ...of } = rows;
    const totals: Tally = new Map();
    const byAction = new Map<string, Tally>();
    const flowOf = new Map<string, string>();
    const inTime = (await Promise.all(inLongestSpans(rows).map((part) => this.counts(part)))).flat();
    for (const { action_id, flow_id, value, count } of inTime) {
      add(totals, value, count);
      flowOf.set(action_id, flow_id);
      add(tallyOf(byAction, action_id), value, count);
    }
    const everByAction = new Map<string, Tally>();
    for (const { action_id, value, count } of await this.counts({ ...of, span: 'ever' })) {
      add(tallyOf(everByAction, action_id), value, count);
    }
    let waiting = 0;
    for (const tally of everByAction.values()) waiting += waitingOf(tally);
    return {
      totals: { ...countsOf(totals), waiting },
      actions: [...byAction].map(([actionId, tally]) => ({
        actionId,
        flowId: flowOf.get(actionId) as string,
        ...countsOf(tally),
        waiting: waitingOf(tallyOf(everByAction, actionId)),
      })),
    };
  }

  private counts(rows: Rows) {
    return this.matching(rows, ['delivery'])
      .select(({ fn }) => ['action_id', 'flow_id', 'value', fn.sum<number>('count').as('count')])
      .groupBy(['action_id', 'flow_id', 'value'])
      .orderBy('action_id')
      .execute();
  }

  /** What happened to deliveries by the time that it began at, oldest first. */
  private async tallies(of: Rows): Promise<ReadonlyMap<string, Tally>> {
    const rows = await this.matching(of, ['delivery'])
      .select(({ fn }) => ['begins_at', 'value', fn.sum<number>('count').as('count')])
      .groupBy(['begins_at', 'value'])
      .orderBy('begins_at')
      .execute();
    const tallies = new Map<string, Tally>();
    for (const { begins_at, value, count } of rows) add(tallyOf(tallies, begins_at), value, count);
    return tallies;
  }

  private async outcomes(
    of: Rows,
  ): Promise<Pick<AnalyticsInRange, 'codes' | 'attemptsToEnd' | 'responseTime' | 'failingOrigins'>> {
    const parts = inLongestSpans(of).map((part) =>
      this.matching(part, ['code', 'attempts', 'response_ms', 'failing_origin'])
        .select(({ fn }) => ['measure', 'value', fn.sum<number>('count').as('count')])
        .groupBy(['measure', 'value'])
        .execute(),
    );
    const counts = new Map<Measure, Tally>();
    for (const { measure, value, count } of (await Promise.all(parts)).flat()) {
      add(tallyOf(counts, measure), value, count);
    }
    const countOf = (measure: Measure): Tally => tallyOf(counts, measure);
    const times = new Map([...countOf('response_ms')].map(([bound, count]) => [Number(bound), count]));
    let answers = 0;
    for (const count of times.values()) answers += count;
    return {
      codes: mostFirst(countOf('code')).map(([code, count]) => ({ code, count })),
      attemptsToEnd: [...countOf('attempts')]
        .map(([attempts, count]) => ({ attempts: Number(attempts), count }))
        .sort((a, b) => a.attempts - b.attempts),
      responseTime: {
        count: answers,
        p50Ms: percentileMs(times, 0.5),
        p95Ms: percentileMs(times, 0.95),
        p99Ms: percentileMs(times, 0.99),
      },
      failingOrigins: mostFirst(countOf('failing_origin')).map(([origin, count]) => ({ origin, count })),
    };
  }

  private matching({ span, flowId, actionId, from, before }: Rows, measures: readonly Measure[]) {
    let query = this.db.selectFrom('webhook_counts').where('span', '=', span).where('measure', 'in', measures);
    if (from !== undefined) query = query.where('begins_at', '>=', from);
    if (before !== undefined) query = query.where('begins_at', '<', before);
    if (flowId !== undefined) query = query.where('flow_id', '=', flowId);
    if (actionId !== undefined) query = query.where('action_id', '=', actionId);
    return query;
  }
}

/** The same time in spans as long as can be: a week is six whole days and the hours around them, and far fewer rows. */
function inLongestSpans(rows: Rows): readonly Rows[] {
  const { span, from, before } = rows;
  if (span !== 'five_minutes' && span !== 'hour') return [rows];
  if (from === undefined && before === undefined) return [{ ...rows, span: 'day' }];
  if (from === undefined || before === undefined) return [rows];
  const longer = span === 'hour' ? DAY : HOUR;
  const first = new Date(Math.ceil(Date.parse(from) / longer.ms) * longer.ms).toISOString();
  const last = new Date(Math.floor(Date.parse(before) / longer.ms) * longer.ms).toISOString();
  if (first >= last) return [rows];
  return [
    { ...rows, before: first },
    { ...rows, span: longer.span, from: first, before: last },
    { ...rows, from: last },
  ];
}

const HOUR = { span: 'hour', ms: 3_600_000 } as const;
const DAY = { span: 'day', ms: 24 * 3_600_000 } as const;

const mostFirst = (counts: ReadonlyMap<string, number>): [string, number][] =>
  [...counts].sort(([a, countOfA], [b, countOfB]) => countOfB - countOfA || a.localeCompare(b));

/** What happened, whatever was sent again since. */
function happenedIn(tally: Tally): Omit<DeliveryCounts, 'waiting'> {
  const of = (value: string): number => tally.get(value) ?? 0;
  return {
    requested: of('requested'),
    succeeded: of('succeeded'),
    failed: of('failed'),
    skipped: of('skipped'),
    attempts: of('attempted'),
    retried: of('retried'),
  };
}

function add(tally: Tally, value: string, count: number): void {
  // PostgreSQL gives sums as text.
  tally.set(value, (tally.get(value) ?? 0) + Number(count));
}

function tallyOf<Key>(tallies: Map<Key, Tally>, key: Key): Tally {
  const known = tallies.get(key);
  if (known !== undefined) return known;
  const tally: Tally = new Map();
  tallies.set(key, tally);
  return tally;
}

/** Of a time in which more were sent again than failed, nothing is left of it in the queue. */
function leftOf(tally: Tally): Omit<DeliveryCounts, 'waiting'> {
  const happened = happenedIn(tally);
  return {
    ...happened,
    failed: Math.max(0, happened.failed - (tally.get('resent_failed') ?? 0)),
    skipped: Math.max(0, happened.skipped - (tally.get('resent_skipped') ?? 0)),
  };
}

function waitingOf(tally: Tally): number {
  const { requested, succeeded, failed, skipped } = leftOf(tally);
  return requested - succeeded - failed - skipped;
}
