import type { InterestKind } from '../../domain/product/product-interest.js';

/** The read side that tells who showed interest in a product. */
export interface ProductInterest {
  /**
   * The profiles that last did one of these between two times, both inclusive; in order of their ids, a page at a time.
   * @param after the last id of the page before
   */
  audienceOf(
    product: InterestingProduct,
    kinds: readonly InterestKind[],
    between: { since: number; until: number },
    page: { after: string | undefined; limit: number },
  ): Promise<readonly string[]>;
}

/** By the shop's own ids. */
export interface InterestingProduct {
  productId: string;
  /** Where given, those who are known to mean another variant of the product are left out. */
  variantId?: string;
}
