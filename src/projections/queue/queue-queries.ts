import { type Kysely, sql } from 'kysely';
import type { Backlog } from '../../application/ports/backlog.js';
import type { ReadTables } from '../read-tables.js';
import { QUEUED_ORIGINS } from './queued-origins.js';

/** What waits for one receiver. */
export interface QueuedOrigin {
  /** scheme://host:port */
  origin: string;
  /** When its first delivery is due or, while it is leased, its lease ends; epoch milliseconds. */
  firstAt: number;
  /** Deliveries that may be claimed now, counted no further than asked for. */
  due: number;
  /** These and those that are due later or under way, counted no further than asked for. */
  queued: number;
}

/** A worker that has leases, where many processes share the queue. */
export interface LeasingWorker {
  workerId: string;
  attempts: number;
  /** When the first of its leases ends; epoch milliseconds. */
  firstLeaseEndsAt: number;
}

/** The queue's table as people look at it. Each answer costs the same however much waits: it is found by the index, or counted up to a bound. */
export class QueueQueries implements Backlog {
  constructor(private readonly db: Kysely<ReadTables>) {}

  async due(now: number, atMost: number): Promise<number> {
    const { rows } = await sql<{ due: number }>`${QUEUED_ORIGINS}
      select count(*) as due from (
        select 1 from origins cross join delivery_queue
        where delivery_queue.origin = origins.origin and claimable_at <= ${now} limit ${atMost}
      ) as claimable`.execute(this.db);
    return Number(rows[0]?.due ?? 0);
  }

  /** Deliveries that are due now or later, or under way. */
  async queued(atMost: number): Promise<number> {
    const { rows } = await sql<{ queued: number }>`
      select count(*) as queued from (select 1 from delivery_queue limit ${atMost}) as rows_of_queue`.execute(this.db);
    return Number(rows[0]?.queued ?? 0);
  }

  /** When the first delivery of all is due; epoch milliseconds, undefined where the queue is empty. */
  async firstAt(): Promise<number | undefined> {
    const { rows } = await sql<{ first_at: number | null }>`${QUEUED_ORIGINS}
      select min((select min(claimable_at) from delivery_queue where delivery_queue.origin = origins.origin)) as first_at
      from origins where origin is not null`.execute(this.db);
    return rows[0]?.first_at ?? undefined;
  }

  /** The origins whose deliveries have waited longest. @param countTo how far their deliveries are counted */
  async longestWaiting(now: number, most: number, countTo: number): Promise<readonly QueuedOrigin[]> {
    const { rows } = await sql<{ origin: string; first_at: number; due: number; queued: number }>`${QUEUED_ORIGINS},
      firsts as (
        select origin,
          (select min(claimable_at) from delivery_queue where delivery_queue.origin = origins.origin) as first_at
        from origins where origin is not null order by first_at limit ${most}
      )
      select origin, first_at,
        (select count(*) from (
          select 1 from delivery_queue
          where delivery_queue.origin = firsts.origin and claimable_at <= ${now} limit ${countTo}
        ) as claimable) as due,
        (select count(*) from (
          select 1 from delivery_queue where delivery_queue.origin = firsts.origin limit ${countTo}
        ) as all_of_origin) as queued
      from firsts order by first_at`.execute(this.db);
    return rows.map(({ origin, first_at, due, queued }) => ({
      origin,
      firstAt: Number(first_at),
      due: Number(due),
      queued: Number(queued),
    }));
  }

  /** Workers with attempts under way; none where the one process that has the queue keeps them in memory. */
  async workers(): Promise<readonly LeasingWorker[]> {
    const rows = await this.db
      .selectFrom('delivery_queue')
      .select(({ fn }) => [
        'leased_by',
        fn.countAll<number>().as('attempts'),
        fn.min<number>('claimable_at').as('first_lease_ends_at'),
      ])
      .where('leased_by', 'is not', null)
      .groupBy('leased_by')
      .orderBy('leased_by')
      .execute();
    return rows.map(({ leased_by, attempts, first_lease_ends_at }) => ({
      workerId: leased_by as string,
      attempts: Number(attempts),
      firstLeaseEndsAt: Number(first_lease_ends_at),
    }));
  }
}
