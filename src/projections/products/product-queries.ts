import type { Kysely, Selectable } from 'kysely';
import type { InterestingProduct, ProductInterest } from '../../application/ports/product-interest.js';
import type { Vault } from '../../application/ports/vault.js';
import { externalIdOf } from '../../domain/product/catalog-id.js';
import type { ItemAttributes } from '../../domain/product/catalog-item.js';
import type { VariantAttributes } from '../../domain/product/catalog-variant.js';
import type { InterestKind } from '../../domain/product/product-interest.js';
import { type Page, type PageRequest, pageOf, positionOf } from '../page.js';
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

/** Which variants; all that is given has to match. */
export interface VariantFilter {
  itemId?: string | undefined;
  sku?: string | undefined;
  published?: boolean | undefined;
}

export class ProductQueries implements ProductInterest {
  constructor(
    private readonly db: Kysely<ReadTables>,
    private readonly vault: Vault,
  ) {}

  async item(itemId: string): Promise<ItemView | undefined> {
    const row = await this.db.selectFrom('catalog_items').selectAll().where('item_id', '=', itemId).executeTakeFirst();
    return row && itemOf(row);
  }

  /** Newest first. @throws InvalidCursor */
  async items(
    { size, cursor }: PageRequest,
    { published }: { published?: boolean | undefined } = {},
  ): Promise<Page<ItemView>> {
    let query = this.db
      .selectFrom('catalog_items')
      .selectAll()
      .orderBy('position', 'desc')
      .limit(size + 1);
    if (cursor !== undefined) query = query.where('position', '<', positionOf(cursor));
    if (published !== undefined) query = query.where('published', '=', published ? 1 : 0);
    return pageOf(await query.execute(), size, itemOf);
  }

  async variant(variantId: string): Promise<VariantView | undefined> {
    const row = await this.db
      .selectFrom('catalog_variants')
      .selectAll()
      .where('variant_id', '=', variantId)
      .executeTakeFirst();
    return row && variantOf(row);
  }

  /** Newest first. @throws InvalidCursor */
  async variants(
    { size, cursor }: PageRequest,
    { itemId, sku, published }: VariantFilter = {},
  ): Promise<Page<VariantView>> {
    let query = this.db
      .selectFrom('catalog_variants')
      .selectAll()
      .orderBy('position', 'desc')
      .limit(size + 1);
    if (cursor !== undefined) query = query.where('position', '<', positionOf(cursor));
    if (itemId !== undefined) query = query.where('item_id', '=', itemId);
    if (sku !== undefined) query = query.where('sku', '=', sku);
    if (published !== undefined) query = query.where('published', '=', published ? 1 : 0);
    return pageOf(await query.execute(), size, variantOf);
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
