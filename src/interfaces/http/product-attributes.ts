import type { ItemAttributes } from '../../domain/product/catalog-item.js';
import type { VariantAttributes } from '../../domain/product/catalog-variant.js';
import type { ChangedItem, ChangedVariant, NewItem, NewVariant } from './schemas/product-schemas.js';

/** A new item's attributes: what isn't given is as Klaviyo has it then. */
export const itemAttributes = (given: NewItem): ItemAttributes => ({
  title: given.title,
  description: given.description,
  price: given.price ?? null,
  ...common(given),
});

export const variantAttributes = (given: NewVariant): VariantAttributes => ({
  title: given.title,
  description: given.description,
  sku: given.sku,
  inventory_policy: given.inventory_policy ?? 0,
  inventory_quantity: given.inventory_quantity,
  price: given.price,
  ...common(given),
});

function common(given: NewItem | NewVariant) {
  return {
    url: given.url,
    image_full_url: given.image_full_url ?? null,
    image_thumbnail_url: given.image_thumbnail_url ?? null,
    images: given.images ?? [],
    custom_metadata: given.custom_metadata ?? {},
    published: given.published ?? true,
  };
}

/** What is to change: null clears what may be empty, and leaves as it is what may not. */
export const itemChanges = (given: ChangedItem): Partial<ItemAttributes> =>
  changes(given, ['price', 'image_full_url', 'image_thumbnail_url']);

export const variantChanges = (given: ChangedVariant): Partial<VariantAttributes> =>
  changes(given, ['image_full_url', 'image_thumbnail_url']);

function changes(given: Readonly<Record<string, unknown>>, nullable: readonly string[]): object {
  const changed: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value !== null && value !== undefined) changed[name] = value;
    else if (value === null && nullable.includes(name)) changed[name] = null;
    else if (value === null && name === 'images') changed[name] = [];
    else if (value === null && name === 'custom_metadata') changed[name] = {};
  }
  return changed;
}
