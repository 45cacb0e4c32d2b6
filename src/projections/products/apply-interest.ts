import type { Transaction } from 'kysely';
import type { Vault } from '../../application/ports/vault.js';
import { interestsIn, showsInterest } from '../../domain/product/product-interest.js';
import { portions } from '../evolve-rows.js';
import { idOf, type ProjectedEvent } from '../projection.js';
import type { ReadTables } from '../read-tables.js';
import { productHash, variantHash } from './product-hash.js';
import type { ProductInterestTable } from './product-tables.js';

const DAY = 86_400_000;

/** No timeframe is longer, so older interest is of no use. */
const KEPT = 365 * DAY;

const THE_ROW = 1;

/** Takes in who showed interest in what; forgets those who were forgotten, and what is older than a year. */
export async function applyInterest(
  events: readonly ProjectedEvent[],
  transaction: Transaction<ReadTables>,
  vault: Vault,
): Promise<void> {
  const shown = new Map<string, ProductInterestTable>();
  const forgotten = new Set<string>();
  let newest = 0;
  for (const event of events) {
    if (event.type === 'ProfileForgotten') forgotten.add(idOf('profile-', event));
    else if (event.type === 'TriggerReceived') {
      newest = Math.max(newest, Date.parse(event.metadata.time));
      for (const row of rowsOf(event, vault)) {
        const key = `${row.product_hash}/${row.variant_hash}/${row.kind}/${row.profile_id}`;
        const before = shown.get(key);
        if (before === undefined || before.at < row.at) shown.set(key, row);
      }
    }
  }
  if (newest === 0 && forgotten.size === 0) return;
  const since = await moveHorizon(transaction, newest);
  for (const profileIds of portions([...forgotten])) {
    await transaction.deleteFrom('product_interest').where('profile_id', 'in', profileIds).execute();
  }
  const rows = [...shown.values()].filter(({ profile_id, at }) => !forgotten.has(profile_id) && at >= since);
  for (const some of portions(rows)) {
    await transaction
      .insertInto('product_interest')
      .values(some)
      .onConflict((conflict) =>
        conflict
          .columns(['product_hash', 'profile_id', 'kind', 'variant_hash'])
          .doUpdateSet((eb) => ({ at: eb.ref('excluded.at') }))
          .whereRef('excluded.at', '>', 'product_interest.at'),
      )
      .execute();
  }
}

function rowsOf(event: ProjectedEvent & { type: 'TriggerReceived' }, vault: Vault): ProductInterestTable[] {
  const { kind: triggerKind, name, properties, profileId, occurredAt } = event.data;
  if (triggerKind !== 'metric' || !showsInterest(name)) return [];
  // Callers may give times to come; nobody looked at anything later than it was reported.
  const at = Math.min(Date.parse(occurredAt), Date.parse(event.metadata.time));
  return interestsIn(name, properties).map(({ kind, productId, variantId }) => ({
    product_hash: productHash(productId, vault),
    variant_hash: variantId === undefined ? '' : variantHash(variantId, vault),
    profile_id: profileId,
    kind,
    at,
  }));
}

/** Moves it on with the time of events, in whole days, so that it is seldom written. @returns since when interest is kept */
async function moveHorizon(transaction: Transaction<ReadTables>, newest: number): Promise<number> {
  const row = await transaction
    .selectFrom('product_interest_horizon')
    .select('since')
    .where('id', '=', THE_ROW)
    .executeTakeFirst();
  const present = Number(row?.since ?? 0);
  const since = Math.floor(newest / DAY) * DAY - KEPT;
  if (since <= present) return present;
  await transaction
    .insertInto('product_interest_horizon')
    .values({ id: THE_ROW, since })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ since }))
    .execute();
  await transaction.deleteFrom('product_interest').where('at', '<', since).execute();
  return since;
}
