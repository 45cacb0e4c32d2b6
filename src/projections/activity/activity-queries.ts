import type { Kysely } from 'kysely';
import { BEFORE_ALL, type Position } from '../../application/ports/event-store.js';
import type { ProfileBoxes, Vault } from '../../application/ports/vault.js';
import type { WaitingDeliveries } from '../../application/ports/waiting-deliveries.js';
import { FORGOTTEN } from '../../domain/kernel/forgotten.js';
import { type Page, type PageRequest, pageOf, positionOf } from '../page.js';
import { openedAttributes } from '../profiles/sealed-profiles.js';
import type { ReadTables } from '../read-tables.js';
import type { DeliveriesTable } from './activity-tables.js';
import { type DeliveryFilter, type DeliveryStatusShown, matching, QUEUES } from './delivery-filter.js';

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

/** Deliveries of one action. */
export interface ActionDeliveries {
  actionId: string;
  flowId: string;
  count: number;
}

/** Greater than every position. */
const AFTER_ALL = Number.MAX_SAFE_INTEGER;

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
    const before = cursor === undefined ? undefined : positionOf(cursor);
    const { statuses = [undefined], ...rest } = filter;
    const bounds = await this.positions(filter);
    // Each status is a run of the index that is in order already: read one by one, none has to be sorted, be it ever so long.
    const runs = statuses.map((status) => {
      const query = this.log()
        .where(matching(status === undefined ? rest : { ...rest, statuses: [status] }))
        .where('deliveries.position', '>=', bounds.from)
        .where('deliveries.position', '<', Math.min(bounds.before, before ?? bounds.before))
        .orderBy('deliveries.position', 'desc')
        .limit(size + 1);
      return query.execute();
    });
    const rows = (await Promise.all(runs)).flat().sort((a, b) => Number(b.position) - Number(a.position));
    const { items, nextCursor } = pageOf(rows.slice(0, size + 1), size, (row) => row);
    return { items: await this.views(items), nextCursor };
  }

  async count(filter: DeliveryFilter): Promise<number> {
    const bounds = await this.positions(filter);
    const { count } = await this.db
      .selectFrom('deliveries')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where(matching(filter))
      .where('deliveries.position', '>=', bounds.from)
      .where('deliveries.position', '<', bounds.before)
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  /** How many match of each action, the most first. */
  async countByAction(filter: DeliveryFilter): Promise<readonly ActionDeliveries[]> {
    const rows = await this.db
      .selectFrom('deliveries')
      .select(({ fn }) => ['action_id', 'flow_id', fn.countAll<number>().as('count')])
      .where(matching(filter))
      .groupBy(['action_id', 'flow_id'])
      .execute();
    return rows
      .map(({ action_id, flow_id, count }) => ({ actionId: action_id, flowId: flow_id, count: Number(count) }))
      .sort((a, b) => b.count - a.count || a.actionId.localeCompare(b.actionId));
  }

  /** The ids of all that match, oldest request first, some at a time; what changes meanwhile may be among them or not. */
  async *ids(filter: DeliveryFilter, atOnce: number): AsyncIterable<readonly string[]> {
    for (let after = BEFORE_ALL; ; ) {
      const some = await this.idsAfter(after, filter, atOnce);
      const last = some.at(-1);
      if (last === undefined) return;
      yield some.map(({ deliveryId }) => deliveryId);
      after = last.position;
    }
  }

  /** Some of those that match and were requested after a position, oldest request first. */
  async idsAfter(
    after: Position,
    filter: DeliveryFilter,
    atMost: number,
  ): Promise<readonly { deliveryId: string; position: Position }[]> {
    const rows = await this.db
      .selectFrom('deliveries')
      .select(['delivery_id', 'position'])
      .where(matching(filter))
      .where('deliveries.position', '>', after)
      .orderBy('deliveries.position')
      .limit(atMost)
      .execute();
    return rows.map(({ delivery_id, position }) => ({ deliveryId: delivery_id, position: Number(position) }));
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

  /** Requests come in the order of their positions, so a time of theirs is a range of these. */
  private async positions({
    requestedFrom,
    requestedUntil,
  }: DeliveryFilter): Promise<{ from: number; before: number }> {
    return {
      from: requestedFrom === undefined ? 0 : await this.firstPosition((at) => at >= requestedFrom),
      before: requestedUntil === undefined ? AFTER_ALL : await this.firstPosition((at) => at > requestedUntil),
    };
  }

  /** Of the first request whose time is one of those that are asked for, as all are from there on; found by halves. */
  private async firstPosition(isOne: (requestedAt: string) => boolean): Promise<number> {
    const { newest } = await this.db
      .selectFrom('deliveries')
      .select(({ fn }) => fn.max('position').as('newest'))
      .executeTakeFirstOrThrow();
    let [low, high] = [0, newest === null ? 0 : Number(newest) + 1];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const { position, requested_at } = await this.db
        .selectFrom('deliveries')
        .select(['position', 'requested_at'])
        .where('position', '>=', middle)
        .orderBy('position')
        .limit(1)
        .executeTakeFirstOrThrow();
      if (isOne(requested_at)) high = middle;
      else low = Number(position) + 1;
    }
    return low;
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
