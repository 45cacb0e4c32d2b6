import { type CompiledQuery, type Kysely, sql } from 'kysely';
import type { ClaimedDelivery, ClaimRequest, DeliveryQueue } from '../../../application/ports/delivery-queue.js';
import { QUEUED_ORIGINS } from '../../../projections/queue/queued-origins.js';
import type { ReadTables } from '../../../projections/read-tables.js';

/** The queue's table as the one process that owns the file uses it: who is under way stands in memory. */
export class SqliteDeliveryQueue implements DeliveryQueue {
  readonly #listeners = new Set<() => void>();
  readonly #underWay = new Map<string, number>();
  readonly #lease: CompiledQuery<{ delivery_id: string }>;
  readonly #earliest: CompiledQuery<{ origin: string; claimable_at: number }>;

  /** @param db the connection that projections are written by, so that a claim sees whole batches of events */
  constructor(
    private readonly db: Kysely<ReadTables>,
    private readonly perOrigin: number,
  ) {
    // Compiled once: a claim is made for every few deliveries.
    this.#lease = LEASE.compile(db);
    this.#earliest = EARLIEST.compile(db);
  }

  async claim({ now, leaseMs, limit }: ClaimRequest): Promise<readonly ClaimedDelivery[]> {
    return this.db.transaction().execute(async (transaction) => {
      const claimed: ClaimedDelivery[] = [];
      for (const { origin, claimable_at } of await this.earliest(transaction)) {
        if (claimable_at > now || claimed.length >= limit) break;
        const take = Math.min(limit - claimed.length, this.placesAt(origin));
        if (take <= 0) continue;
        const parameters = [now + leaseMs, origin, now, take];
        const { rows } = await transaction.executeQuery<{ delivery_id: string }>({ ...this.#lease, parameters });
        for (const { delivery_id } of rows) claimed.push({ deliveryId: delivery_id, origin });
        if (rows.length > 0) this.#underWay.set(origin, (this.#underWay.get(origin) ?? 0) + rows.length);
      }
      return claimed;
    });
  }

  finished({ origin }: ClaimedDelivery): void {
    const left = (this.#underWay.get(origin) ?? 1) - 1;
    if (left === 0) this.#underWay.delete(origin);
    else this.#underWay.set(origin, left);
  }

  /** Whoever held a lease is gone: one process at a time works on the file. */
  async start(): Promise<void> {
    await this.db
      .updateTable('delivery_queue')
      .set(({ ref }) => ({ claimable_at: ref('due_at') }))
      .whereRef('claimable_at', '<>', 'due_at')
      .execute();
    this.changed();
  }

  async stop(): Promise<void> {}

  async nextDueAt(): Promise<number | undefined> {
    return (await this.earliest(this.db)).find(({ origin }) => this.placesAt(origin) > 0)?.claimable_at;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** To be called once events have changed the table. */
  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  private placesAt(origin: string): number {
    return this.perOrigin - (this.#underWay.get(origin) ?? 0);
  }

  /** Each origin with its first claimable time, the earliest first. */
  private async earliest(db: Kysely<ReadTables>): Promise<readonly { origin: string; claimable_at: number }[]> {
    return (await db.executeQuery(this.#earliest)).rows;
  }
}

/** Leases the first claimable deliveries of an origin. Parameters: the lease's end, origin, now, how many. */
const LEASE = sql<{ delivery_id: string }>`
  update delivery_queue set claimable_at = ${0} where delivery_id in (
    select delivery_id from delivery_queue where origin = ${''} and claimable_at <= ${0} order by claimable_at limit ${0}
  ) returning delivery_id`;

/** Each origin with its first claimable time. */
const EARLIEST = sql<{ origin: string; claimable_at: number }>`${QUEUED_ORIGINS}
  select origin, (select min(claimable_at) from delivery_queue where delivery_queue.origin = origins.origin) as claimable_at
  from origins where origin is not null order by claimable_at`;
