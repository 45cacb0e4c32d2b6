import type { InterestKind } from '../../domain/product/product-interest.js';

/** Items of the catalog that were not removed. */
export interface CatalogItemsTable {
  item_id: string;
  /** To be found by, as are those of the attributes that follow. */
  title: string;
  /** 1 or 0. */
  published: number;
  /** JSON: `ItemAttributes`. */
  attributes: string;
  created_at: string;
  updated_at: string;
  position: number;
}

/** Variants that were not removed. */
export interface CatalogVariantsTable {
  variant_id: string;
  item_id: string;
  sku: string;
  title: string;
  published: number;
  /** JSON: `VariantAttributes`. */
  attributes: string;
  created_at: string;
  updated_at: string;
  position: number;
}

/** Who showed interest in what, when last. What somebody looked at is personal, so products are known by keyed hashes. */
export interface ProductInterestTable {
  product_hash: string;
  /** Empty where no variant was named. */
  variant_hash: string;
  profile_id: string;
  kind: InterestKind;
  /** Epoch milliseconds. */
  at: number;
}

/** One row: since when interest is kept. It only moves on, so that what is kept doesn't depend on batches. */
export interface ProductInterestHorizonTable {
  id: number;
  /** Epoch milliseconds. */
  since: number;
}
