import type { JsonObject } from '../../domain/kernel/json.js';
import { externalIdOf } from '../../domain/product/catalog-id.js';
import type { ItemAttributes } from '../../domain/product/catalog-item.js';
import type { VariantAttributes } from '../../domain/product/catalog-variant.js';
import { priceDropOf } from '../../domain/product/price-drop.js';
import type { ProductMovement } from './product-movements.js';

/** A product that something happened to, and the variant that it happened to, where it was one. */
export interface MovedProduct {
  item: ItemAttributes;
  variant: VariantAttributes | undefined;
}

/**
 * The event variables of a price drop or low inventory: what a body and the trigger's filter may use. Named as in the metric
 * Viewed Product of Klaviyo's guide for platforms without an integration; docs/triggers.md lists them.
 */
export function productVariables(movement: ProductMovement, { item, variant }: MovedProduct): JsonObject {
  const { itemId, variantId } = movement;
  const shown = variant ?? item;
  const image = shown.image_full_url ?? item.image_full_url ?? shown.images[0] ?? item.images[0] ?? null;
  return {
    ProductName: item.title,
    ProductID: externalIdOf(itemId),
    ItemID: itemId,
    ...(variant === undefined || variantId === undefined
      ? {}
      : { VariantName: variant.title, VariantID: externalIdOf(variantId), SKU: variant.sku }),
    URL: shown.url || item.url,
    ImageURL: image,
    ...(movement.what === 'price' ? priceVariables(movement) : inventoryVariables(movement, shown.price)),
    CustomMetadata: shown.custom_metadata,
  };
}

function priceVariables({ from, to }: ProductMovement): JsonObject {
  const drop = priceDropOf(from, to);
  return {
    Price: to,
    OldPrice: from,
    PriceDropAmount: drop?.amount ?? 0,
    PriceDropPercent: drop?.percent ?? 0,
    $value: to,
    $currency_code: 'USD',
  };
}

const inventoryVariables = ({ from, to }: ProductMovement, price: number | null): JsonObject => ({
  ...(price === null ? {} : { Price: price, $value: price, $currency_code: 'USD' }),
  InventoryQuantity: to,
  OldInventoryQuantity: from,
});
