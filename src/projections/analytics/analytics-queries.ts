import type { Kysely } from 'kysely';
import type { ReadTables } from '../read-tables.js';
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

/** Counts of the measure `delivery`, by value. */
type Tally = Map<string, number>;

export class AnalyticsQueries {
  constructor(private readonly db: Kysely<ReadTables>) {}

  async analytics(filter: AnalyticsFilter = {}): Promise<Analytics> {
    const { from, to, ...whose } = filter;
    const inTime = await this.counts(filter);
    const ever = from === undefined && to === undefined ? inTime : await this.counts(whose);
    const totals: Tally = new Map();
    const byAction = new Map<string, Tally>();
    const flowOf = new Map<string, string>();
    for (const { action_id, flow_id, value, count } of inTime) {
      add(totals, value, count);
      flowOf.set(action_id, flow_id);
      add(tallyOf(byAction, action_id), value, count);
    }
    const everByAction = new Map<string, Tally>();
    for (const { action_id, value, count } of ever) add(tallyOf(everByAction, action_id), value, count);
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
      hours: await this.hours(filter),
      ...(await this.outcomes(filter)),
    };
  }

  /** By action. */
  private counts(filter: AnalyticsFilter) {
    return this.matching(filter)
      .select(({ fn }) => ['action_id', 'flow_id', 'value', fn.sum<number>('count').as('count')])
      .where('measure', '=', 'delivery')
      .groupBy(['action_id', 'flow_id', 'value'])
      .orderBy('action_id')
      .execute();
  }

  private async hours(filter: AnalyticsFilter): Promise<Analytics['hours']> {
    const rows = await this.matching(filter)
      .select(({ fn }) => ['hour', 'value', fn.sum<number>('count').as('count')])
      .where('measure', '=', 'delivery')
      .groupBy(['hour', 'value'])
      .orderBy('hour')
      .execute();
    const byHour = new Map<string, Tally>();
    for (const { hour, value, count } of rows) add(tallyOf(byHour, hour), value, count);
    return [...byHour].map(([hour, tally]) => ({
      hour,
      requested: tally.get('requested') ?? 0,
      succeeded: tally.get('succeeded') ?? 0,
      failed: tally.get('failed') ?? 0,
      skipped: tally.get('skipped') ?? 0,
      attempts: tally.get('attempted') ?? 0,
      retried: tally.get('retried') ?? 0,
    }));
  }

  private async outcomes(
    filter: AnalyticsFilter,
  ): Promise<Pick<Analytics, 'codes' | 'attemptsToEnd' | 'responseTime'>> {
    const rows = await this.matching(filter)
      .select(({ fn }) => ['measure', 'value', fn.sum<number>('count').as('count')])
      .where('measure', '<>', 'delivery')
      .groupBy(['measure', 'value'])
      .execute();
    const codes: { code: string; count: number }[] = [];
    const attemptsToEnd: { attempts: number; count: number }[] = [];
    const times = new Map<number, number>();
    let answers = 0;
    for (const { measure, value, count: sum } of rows) {
      const count = Number(sum);
      if (measure === 'code') codes.push({ code: value, count });
      else if (measure === 'attempts') attemptsToEnd.push({ attempts: Number(value), count });
      else {
        times.set(Number(value), count);
        answers += count;
      }
    }
    return {
      codes: codes.sort((a, b) => b.count - a.count || a.code.localeCompare(b.code)),
      attemptsToEnd: attemptsToEnd.sort((a, b) => a.attempts - b.attempts),
      responseTime: {
        count: answers,
        p50Ms: percentileMs(times, 0.5),
        p95Ms: percentileMs(times, 0.95),
        p99Ms: percentileMs(times, 0.99),
      },
    };
  }

  private matching({ flowId, actionId, from, to }: AnalyticsFilter) {
    let query = this.db.selectFrom('webhook_counts');
    if (flowId !== undefined) query = query.where('flow_id', '=', flowId);
    if (actionId !== undefined) query = query.where('action_id', '=', actionId);
    if (from !== undefined)
      query = query.where('hour', '>=', `${new Date(from).toISOString().slice(0, 13)}:00:00.000Z`);
    if (to !== undefined) query = query.where('hour', '<=', new Date(to).toISOString());
    return query;
  }
}

function add(tally: Tally, value: string, count: number): void {
  // PostgreSQL gives sums as text.
  tally.set(value, (tally.get(value) ?? 0) + Number(count));
}

function tallyOf(tallies: Map<string, Tally>, key: string): Tally {
  const known = tallies.get(key);
  if (known !== undefined) return known;
  const tally: Tally = new Map();
  tallies.set(key, tally);
  return tally;
}

/** Of a time in which more were sent again than failed, nothing is left of it in the queue. */
function countsOf(tally: Tally): Omit<DeliveryCounts, 'waiting'> {
  const of = (value: string): number => tally.get(value) ?? 0;
  return {
    requested: of('requested'),
    succeeded: of('succeeded'),
    failed: Math.max(0, of('failed') - of('resent_failed')),
    skipped: Math.max(0, of('skipped') - of('resent_skipped')),
    attempts: of('attempted'),
    retried: of('retried'),
  };
}

function waitingOf(tally: Tally): number {
  const { requested, succeeded, failed, skipped } = countsOf(tally);
  return requested - succeeded - failed - skipped;
}
