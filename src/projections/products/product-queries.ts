import type { Kysely, Selectable } from 'kysely';
import type { InterestingProduct, ProductInterest } from '../../application/ports/product-interest.js';
import type { Vault } from '../../application/ports/vault.js';
import { externalIdOf } from '../../domain/product/catalog-id.js';
import type { ItemAttributes } from '../../domain/product/catalog-item.js';
import type { VariantAttributes } from '../../domain/product/catalog-variant.js';
import type { InterestKind } from '../../domain/product/product-interest.js';
import { type Listing, type ListRequest, pageOfList } from '../listing.js';
import type { Page } from '../page.js';
import type { ReadTables } from '../read-tables.js';
import { productHash, variantHash } from './product-hash.js';
import type { CatalogItemsTable, CatalogVariantsTable } from './product-tables.js';

/** A catalog item as it stands. */
export interface ItemView {
  itemId: string;
  externalId: string;
  attributes: ItemAttributes;
  /** ISO 8601, UTC. */
  createdAt: string;
  updatedAt: string;
}

/** A variant of a catalog item as it stands; times are ISO 8601, UTC. */
export interface VariantView {
  variantId: string;
  externalId: string;
  itemId: string;
  attributes: VariantAttributes;
  createdAt: string;
  updatedAt: string;
}

const ITEM_LISTING = {
  fields: { ids: 'item_id', title: 'title', published: 'published', created: 'created_at' },
  position: 'position',
  order: { by: 'created', descending: true },
} as const satisfies Listing<string>;

const VARIANT_LISTING = {
  ...ITEM_LISTING,
  fields: { ...ITEM_LISTING.fields, ids: 'variant_id', 'item.id': 'item_id', sku: 'sku' },
} as const satisfies Listing<string>;

/** What items of the catalog, and their variants, can be filtered and sorted by. */
export type ItemField = keyof typeof ITEM_LISTING.fields;
export type VariantField = keyof typeof VARIANT_LISTING.fields;

export class ProductQueries implements ProductInterest {
  constructor(
    private readonly db: Kysely<ReadTables>,
    private readonly vault: Vault,
  ) {}

  async item(itemId: string): Promise<ItemView | undefined> {
    const row = await this.db.selectFrom('catalog_items').selectAll().where('item_id', '=', itemId).executeTakeFirst();
    return row && itemOf(row);
  }

  /** Newest first unless asked otherwise. @throws InvalidCursor */
  async items(request: ListRequest<ItemField>): Promise<Page<ItemView>> {
    const query = this.db.selectFrom('catalog_items').selectAll();
    return pageOfList(query, ITEM_LISTING, request, itemOf);
  }

  async variant(variantId: string): Promise<VariantView | undefined> {
    const row = await this.db
      .selectFrom('catalog_variants')
      .selectAll()
      .where('variant_id', '=', variantId)
      .executeTakeFirst();
    return row && variantOf(row);
  }

  /** Newest first unless asked otherwise. @throws InvalidCursor */
  async variants(request: ListRequest<VariantField>, filter: { itemId?: string } = {}): Promise<Page<VariantView>> {
    let query = this.db.selectFrom('catalog_variants').selectAll();
    if (filter.itemId !== undefined) query = query.where('item_id', '=', filter.itemId);
    return pageOfList(query, VARIANT_LISTING, request, variantOf);
  }

  async audienceOf(
    { productId, variantId }: InterestingProduct,
    kinds: readonly InterestKind[],
    { since, until }: { since: number; until: number },
    { after, limit }: { after: string | undefined; limit: number },
  ): Promise<readonly string[]> {
    if (kinds.length === 0) return [];
    let query = this.db
      .selectFrom('product_interest')
      .select('profile_id')
      .distinct()
      .where('product_hash', '=', productHash(productId, this.vault))
      .where('kind', 'in', kinds)
      .where('at', '>=', since)
      .where('at', '<=', until)
      .orderBy('profile_id')
      .limit(limit);
    if (variantId !== undefined) query = query.where('variant_hash', 'in', ['', variantHash(variantId, this.vault)]);
    if (after !== undefined) query = query.where('profile_id', '>', after);
    return (await query.execute()).map(({ profile_id }) => profile_id);
  }
}

const itemOf = (row: Selectable<CatalogItemsTable>): ItemView => ({
  itemId: row.item_id,
  externalId: externalIdOf(row.item_id),
  attributes: JSON.parse(row.attributes) as ItemAttributes,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const variantOf = (row: Selectable<CatalogVariantsTable>): VariantView => ({
  variantId: row.variant_id,
  externalId: externalIdOf(row.variant_id),
  itemId: row.item_id,
  attributes: JSON.parse(row.attributes) as VariantAttributes,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
