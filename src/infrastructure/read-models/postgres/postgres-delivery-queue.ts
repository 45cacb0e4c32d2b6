import { type Kysely, sql } from 'kysely';
import { type Clock, pause } from '../../../application/ports/clock.js';
import type { ClaimedDelivery, ClaimRequest, DeliveryQueue } from '../../../application/ports/delivery-queue.js';
import type { Logger } from '../../../application/ports/logger.js';
import { QUEUED_ORIGINS } from '../../../projections/queue/queued-origins.js';
import type { ReadTables } from '../../../projections/read-tables.js';
import type { ControlConnection, Session } from './control-connection.js';

/** Origins that one claim looks at, those that have waited longest first: each is locked while it is claimed from. */
const MOST_ORIGINS = 64;

/** How often is looked for leases of workers that are gone; milliseconds. A worker is gone when two looks find it so. */
const SWEEP_MS = 5_000;

const aliveLock = (workerId: string): string => `worker ${workerId}`;

/**
 * The queue's table as any number of workers share it. Claims skip rows that others are claiming. A claim holds an advisory
 * lock for each origin that it takes from, so that two can't fill the same place.
 */
export class PostgresDeliveryQueue implements DeliveryQueue {
  readonly #listeners = new Set<() => void>();
  readonly #stop = new AbortController();
  /** Where the lock is held that says that this worker is alive. */
  #aliveIn: Session | undefined;
  #finished: string[] = [];
  #sweeping: Promise<void> | undefined;

  constructor(
    private readonly db: Kysely<ReadTables>,
    private readonly workerId: string,
    private readonly perOrigin: number,
    private readonly control: ControlConnection,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  async claim({ now, leaseMs, limit }: ClaimRequest): Promise<readonly ClaimedDelivery[]> {
    const finished = this.#finished;
    this.#finished = [];
    try {
      return await this.db.transaction().execute(async (transaction) => {
        if (finished.length > 0) await this.freePlaces(transaction, finished);
        const origins = await dueOrigins(transaction, now);
        if (origins.length === 0) return [];
        // Its own statement, so that it sees what those wrote who had an origin's lock before.
        const { rows } = await sql<{ delivery_id: string; origin: string }>`
          with places as (
            select origin, ${this.perOrigin}::int - (
              select count(*) from delivery_queue leased
              where leased.origin = due.origin and leased.leased_by is not null and leased.claimable_at > ${now}
            ) as free
            from unnest(${origins}::text[]) as due(origin)
          ),
          picked as (
            select waiting.delivery_id from places cross join lateral (
              select delivery_id, claimable_at from delivery_queue
              where origin = places.origin and claimable_at <= ${now}
              order by claimable_at limit greatest(places.free, 0)
              for update skip locked
            ) waiting
            order by waiting.claimable_at limit ${limit}
          )
          update delivery_queue set claimable_at = ${now + leaseMs}, leased_by = ${this.workerId}
          from picked where delivery_queue.delivery_id = picked.delivery_id
          returning delivery_queue.delivery_id, delivery_queue.origin`.execute(transaction);
        return rows.map(({ delivery_id, origin }) => ({ deliveryId: delivery_id, origin }));
      });
    } catch (error) {
      this.#finished.push(...finished);
      throw error;
    }
  }

  /** Taken in by the next claim: who has ended an attempt looks for another at once. */
  finished({ deliveryId }: ClaimedDelivery): void {
    this.#finished.push(deliveryId);
  }

  async start(): Promise<void> {
    await this.sayAlive();
    this.#sweeping = this.sweep();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#sweeping;
    if (this.#finished.length > 0) await this.freePlaces(this.db, this.#finished.splice(0)).catch(() => {});
    await this.control.session?.unlock(aliveLock(this.workerId));
  }

  /**
   * To be called for each new session: the lock that says so ended with the old one. It may be refused, where the server
   * hasn't noticed yet that the old one is gone, or where another worker looks for it at this moment; so each sweep asks again.
   */
  async sayAlive(session = this.control.session): Promise<void> {
    if (this.#stop.signal.aborted || session === undefined || session === this.#aliveIn) return;
    if (await session.tryLock(aliveLock(this.workerId))) this.#aliveIn = session;
  }

  async nextDueAt(now: number): Promise<number | undefined> {
    const { rows } = await sql<{ claimable_at: number | null }>`${QUEUED_ORIGINS}
      select min(claimable_at) as claimable_at from (
        select (select min(claimable_at) from delivery_queue where delivery_queue.origin = origins.origin) as claimable_at
        from origins where origin is not null and (
          select count(*) from delivery_queue leased
          where leased.origin = origins.origin and leased.leased_by is not null
            and leased.claimable_at > ${now}
        ) < ${this.perOrigin}
      ) of_origins`.execute(this.db);
    return rows[0]?.claimable_at ?? undefined;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** To be called once events have changed the table. */
  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Rows that others hold are about to be deleted: their events were projected. */
  private async freePlaces(db: Kysely<ReadTables>, deliveryIds: readonly string[]): Promise<void> {
    await sql`
      update delivery_queue set leased_by = null where delivery_id in (
        select delivery_id from delivery_queue
        where delivery_id = any(${deliveryIds}::text[]) and leased_by = ${this.workerId} for update skip locked
      )`.execute(db);
  }

  private async sweep(): Promise<void> {
    let suspects: ReadonlySet<string> = new Set();
    while (!this.#stop.signal.aborted) {
      try {
        await this.sayAlive();
        suspects = await this.endLeasesOfTheGone(suspects);
      } catch (error) {
        this.logger.debug({ error }, 'leases of lost workers could not be looked for');
      }
      await pause(this.clock, SWEEP_MS, this.#stop.signal);
    }
  }

  /** @returns workers that seem to be gone */
  private async endLeasesOfTheGone(suspects: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const gone = new Set<string>();
    const { session } = this.control;
    if (session === undefined) return gone;
    const { rows } = await sql<{ leased_by: string }>`
      select distinct leased_by from delivery_queue where leased_by is not null and leased_by <> ${this.workerId}`.execute(
      this.db,
    );
    for (const { leased_by } of rows) {
      if (!(await session.tryLock(aliveLock(leased_by)))) continue;
      try {
        if (suspects.has(leased_by)) await this.endLeasesOf(leased_by);
        else gone.add(leased_by);
      } finally {
        await session.unlock(aliveLock(leased_by));
      }
    }
    return gone;
  }

  private async endLeasesOf(workerId: string): Promise<void> {
    const { numAffectedRows } = await sql`
      update delivery_queue set claimable_at = due_at, leased_by = null where delivery_id in (
        select delivery_id from delivery_queue where leased_by = ${workerId} for update skip locked
      )`.execute(this.db);
    this.logger.warn(
      { workerId, deliveries: Number(numAffectedRows ?? 0) },
      'a worker is gone: what it had is taken up',
    );
    this.changed();
  }
}

/** Origins where something is due, the longest due first, and that nobody else claims from at this moment. */
async function dueOrigins(db: Kysely<ReadTables>, now: number): Promise<readonly string[]> {
  const { rows } = await sql<{ origin: string; free: boolean }>`${QUEUED_ORIGINS},
    due as materialized (
      select origin from (
        select origin,
          (select min(claimable_at) from delivery_queue where delivery_queue.origin = origins.origin) as claimable_at
        from origins where origin is not null
      ) firsts
      where claimable_at <= ${now} order by claimable_at limit ${MOST_ORIGINS}
    )
    select origin, pg_try_advisory_xact_lock(hashtext(current_schema()), hashtext(origin)) as free from due`.execute(
    db,
  );
  return rows.filter(({ free }) => free).map(({ origin }) => origin);
}
