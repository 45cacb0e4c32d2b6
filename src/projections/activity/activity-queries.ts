import type { Expression, ExpressionBuilder, Kysely, SqlBool } from 'kysely';
import { BEFORE_ALL } from '../../application/ports/event-store.js';
import type { ProfileBoxes, Vault } from '../../application/ports/vault.js';
import type { WaitingDeliveries } from '../../application/ports/waiting-deliveries.js';
import { FORGOTTEN } from '../../domain/kernel/forgotten.js';
import { type Page, type PageRequest, pageOf, positionOf } from '../page.js';
import { openedAttributes } from '../profiles/sealed-profiles.js';
import type { ReadTables } from '../read-tables.js';
import type { DeliveriesTable } from './activity-tables.js';

/** How a delivery stands. */
export type DeliveryStatusShown = DeliveriesTable['status'];

export const DELIVERY_STATUSES_SHOWN = [
  'requested',
  'attempting',
  'attempt_failed',
  'waiting',
  'succeeded',
  'failed',
  'skipped',
] as const satisfies readonly DeliveryStatusShown[];

/** The queues that people look at, by the statuses that they hold. */
export const QUEUES = {
  waiting: ['requested', 'attempting', 'attempt_failed', 'waiting'],
  failed: ['failed'],
  skipped: ['skipped'],
} as const satisfies Record<string, readonly DeliveryStatusShown[]>;

/** A delivery as it stands; times are ISO 8601, UTC. */
export interface DeliveryView {
  deliveryId: string;
  actionId: string;
  flowId: string;
  triggerId: string;
  /** Empty where it is about nobody. */
  profileId: string;
  /** The profile's e-mail address, phone number or external id; null where it was forgotten. */
  recipient: string | null;
  status: DeliveryStatusShown;
  attempts: number;
  url: string;
  /** Of the last outcome: a status code, an error, or the reason of a skip. */
  code: string | null;
  message: string | null;
  requestedAt: string;
  dueAt: string | null;
  updatedAt: string;
}

/** Which deliveries; all that is given has to match. */
export interface DeliveryFilter {
  statuses?: readonly DeliveryStatusShown[];
  flowId?: string;
  actionId?: string;
  profileId?: string;
  /** Those that changed at this time or later; ISO 8601, UTC. */
  since?: string;
}

export class ActivityQueries implements WaitingDeliveries {
  constructor(
    private readonly db: Kysely<ReadTables>,
    private readonly vault: Vault,
  ) {}

  async delivery(deliveryId: string): Promise<DeliveryView | undefined> {
    const row = await this.log().where('delivery_id', '=', deliveryId).executeTakeFirst();
    if (row === undefined) return undefined;
    const [view] = await this.views([row]);
    return view;
  }

  /** Newest request first. @throws InvalidCursor */
  async deliveries({ size, cursor }: PageRequest, filter: DeliveryFilter = {}): Promise<Page<DeliveryView>> {
    let query = this.log()
      .where(matching(filter))
      .orderBy('deliveries.position', 'desc')
      .limit(size + 1);
    if (cursor !== undefined) query = query.where('deliveries.position', '<', positionOf(cursor));
    const { items, nextCursor } = pageOf(await query.execute(), size, (row) => row);
    return { items: await this.views(items), nextCursor };
  }

  async count(filter: DeliveryFilter): Promise<number> {
    const { count } = await this.db
      .selectFrom('deliveries')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where(matching(filter))
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  /** The ids of all that match, oldest request first, some at a time; what changes meanwhile may be among them or not. */
  async *ids(filter: DeliveryFilter, atOnce: number): AsyncIterable<readonly string[]> {
    for (let after = BEFORE_ALL; ; ) {
      const rows = await this.db
        .selectFrom('deliveries')
        .select(['delivery_id', 'position'])
        .where(matching(filter))
        .where('deliveries.position', '>', after)
        .orderBy('deliveries.position')
        .limit(atOnce)
        .execute();
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows.map(({ delivery_id }) => delivery_id);
      after = Number(last.position);
    }
  }

  async ofProfile(profileId: string): Promise<readonly string[]> {
    const rows = await this.db
      .selectFrom('deliveries')
      .select('delivery_id')
      .where('profile_id', '=', profileId)
      .where('status', 'in', QUEUES.waiting)
      .execute();
    return rows.map(({ delivery_id }) => delivery_id);
  }

  private log() {
    return this.db
      .selectFrom('deliveries')
      .leftJoin('profiles', 'profiles.profile_id', 'deliveries.profile_id')
      .selectAll('deliveries')
      .select('sealed_attributes');
  }

  private async views(rows: readonly Row[]): Promise<DeliveryView[]> {
    // A delivery of the outbound feed is about nobody.
    const boxes = await this.vault.profiles(rows.flatMap(({ profile_id }) => profile_id || []));
    return rows.map((row) => deliveryView(row, boxes));
  }
}

type Where = ExpressionBuilder<ReadTables, 'deliveries'>;

const matching =
  ({ statuses, flowId, actionId, profileId, since }: DeliveryFilter) =>
  (where: Where): Expression<SqlBool> => {
    const all: Expression<SqlBool>[] = [];
    if (statuses !== undefined) all.push(where('status', 'in', statuses));
    // The index on queues serves only who says that succeeded ones are not meant.
    if (statuses?.includes('succeeded') === false) all.push(where('status', '<>', 'succeeded'));
    if (flowId !== undefined) all.push(where('flow_id', '=', flowId));
    if (actionId !== undefined) all.push(where('action_id', '=', actionId));
    if (profileId !== undefined) all.push(where('deliveries.profile_id', '=', profileId));
    if (since !== undefined) all.push(where('deliveries.updated_at', '>=', since));
    return where.and(all);
  };

type Row = DeliveriesTable & { sealed_attributes: string | null };

function recipientOf({ profile_id, sealed_attributes }: Row, boxes: ProfileBoxes): string | null {
  if (sealed_attributes === null) return null;
  const { email, phone_number, external_id } = openedAttributes(profile_id, sealed_attributes, boxes);
  return email ?? phone_number ?? external_id ?? null;
}

const deliveryView = (row: Row, boxes: ProfileBoxes): DeliveryView => ({
  deliveryId: row.delivery_id,
  actionId: row.action_id,
  flowId: row.flow_id,
  triggerId: row.trigger_id,
  profileId: row.profile_id,
  recipient: recipientOf(row, boxes),
  status: row.status,
  attempts: row.attempts,
  url: row.url,
  code: row.code,
  message: row.sealed_error === null ? row.message : (boxes.open(row.profile_id, row.sealed_error) ?? FORGOTTEN),
  requestedAt: row.requested_at,
  dueAt: row.due_at,
  updatedAt: row.updated_at,
});
