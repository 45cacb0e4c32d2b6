import { z } from 'zod';
import type { ProductCommands } from '../../application/commands/products.js';
import type { ItemAttributes } from '../../domain/product/catalog-item.js';
import type { VariantAttributes } from '../../domain/product/catalog-variant.js';
import type { Compared, Comparison } from '../../projections/comparison.js';
import type { Page } from '../../projections/page.js';
import type { ItemView, ProductQueries, VariantView } from '../../projections/products/product-queries.js';
import { itemAttributes, itemChanges, variantAttributes, variantChanges } from '../http/product-attributes.js';
import { changedItem, changedVariant, externalId, newItem, newVariant } from '../http/schemas/product-schemas.js';
import { parsed } from './checked-input.js';
import type { CommandOptions, Durable, RepeatableOptions } from './command-options.js';
import type { Contexts } from './contexts.js';
import { type Paging, pageRequest } from './paging.js';

/** A new catalog item. Attributes have Klaviyo's names (`image_full_url`), since templates read them by those. */
export interface NewCatalogItem {
  /** Its id in the shop; the item's own follows from it. */
  externalId: string;
  /** `published` is true, and all else empty, unless given. */
  attributes: Pick<ItemAttributes, 'title' | 'description' | 'url'> & Partial<ItemAttributes>;
}

/** A new variant of a catalog item. */
export interface NewCatalogVariant {
  /** Its id in the shop; the variant's own follows from it. */
  externalId: string;
  /** The item that it is one of. */
  itemId: string;
  /** `published` is true, `inventory_policy` 0, and all else empty, unless given. */
  attributes: Pick<VariantAttributes, 'title' | 'description' | 'url' | 'sku' | 'price' | 'inventory_quantity'> &
    Partial<VariantAttributes>;
}

/** The catalog: items, and the variants that are sold of them. Prices that drop and stocks that run low may start flows. */
export interface Products {
  /** Puts an item into the catalog. @throws RuleViolation `catalog_item_exists`, `input_invalid` with a pointer into the item */
  createItem(item: NewCatalogItem, options?: RepeatableOptions): Promise<Durable & { itemId: string }>;
  /** Changes attributes; what is left out stays. @throws RuleViolation `catalog_item_unknown`, `input_invalid` */
  updateItem(itemId: string, attributes: Partial<ItemAttributes>, options?: CommandOptions): Promise<Durable>;
  /** Takes an item out of the catalog, and its variants with it. @throws RuleViolation `catalog_item_unknown` */
  deleteItem(itemId: string, options?: CommandOptions): Promise<Durable>;
  /**
   * Puts a variant of an item into the catalog; the item's stock is the sum of its variants'.
   * @throws RuleViolation `catalog_variant_exists`, `catalog_item_unknown`, `catalog_variants_too_many`, `input_invalid` with a
   * pointer into the variant
   */
  createVariant(variant: NewCatalogVariant, options?: RepeatableOptions): Promise<Durable & { variantId: string }>;
  /** Changes attributes; what is left out stays. @throws RuleViolation `catalog_variant_unknown`, `input_invalid` */
  updateVariant(variantId: string, attributes: Partial<VariantAttributes>, options?: CommandOptions): Promise<Durable>;
  /** Takes a variant out of the catalog. @throws RuleViolation `catalog_variant_unknown` */
  deleteVariant(variantId: string, options?: CommandOptions): Promise<Durable>;

  /** Undefined where it was deleted or never was. */
  item(itemId: string): Promise<ItemView | undefined>;
  /** Newest first. @throws InvalidCursor */
  items(filter?: { published?: boolean } & Paging): Promise<Page<ItemView>>;
  /** Undefined where it was deleted or never was. */
  variant(variantId: string): Promise<VariantView | undefined>;
  /** Newest first. @throws InvalidCursor */
  variants(filter?: VariantFilter & Paging): Promise<Page<VariantView>>;
}

/** Which variants; all that is given has to match. */
export interface VariantFilter {
  /** The item that they are of. */
  itemId?: string | undefined;
  /** As the shop counts its stock. */
  sku?: string | undefined;
  /** Whether it is shown in the shop. */
  published?: boolean | undefined;
}

export const productsOf = (commands: ProductCommands, queries: ProductQueries, contexts: Contexts): Products => ({
  async createItem(item, options = {}) {
    const { externalId, attributes } = checkedItem(item);
    const context = await contexts.of(options, ['products.createItem', externalId, attributes]);
    const { result, position } = await commands.createItem(externalId, attributes, context);
    return { ...result, position };
  },
  async updateItem(itemId, attributes, options = {}) {
    const changed = checkedItemChange(attributes);
    const context = await contexts.of(options, ['products.updateItem', itemId, changed]);
    const { position } = await commands.updateItem(itemId, changed, context);
    return { position };
  },
  async deleteItem(itemId, options = {}) {
    const { position } = await commands.removeItem(itemId, await contexts.of(options, ['products.deleteItem', itemId]));
    return { position };
  },
  async createVariant(variant, options = {}) {
    const { externalId, itemId, attributes } = checkedVariant(variant);
    const context = await contexts.of(options, ['products.createVariant', externalId, itemId, attributes]);
    const { result, position } = await commands.createVariant(externalId, itemId, attributes, context);
    return { ...result, position };
  },
  async updateVariant(variantId, attributes, options = {}) {
    const changed = checkedVariantChange(attributes);
    const context = await contexts.of(options, ['products.updateVariant', variantId, changed]);
    const { position } = await commands.updateVariant(variantId, changed, context);
    return { position };
  },
  async deleteVariant(variantId, options = {}) {
    const context = await contexts.of(options, ['products.deleteVariant', variantId]);
    const { position } = await commands.removeVariant(variantId, context);
    return { position };
  },
  item: (itemId) => queries.item(itemId),
  items: ({ size, cursor, published } = {}) =>
    queries.items({ ...pageRequest({ size, cursor }), where: equal({ published }) }),
  variant: (variantId) => queries.variant(variantId),
  variants: ({ size, cursor, itemId, sku, published } = {}) =>
    queries.variants({ ...pageRequest({ size, cursor }), where: equal({ 'item.id': itemId, sku, published }) }),
});

/** Each field that is given has to be as given. */
const equal = <Field extends string>(given: Readonly<Record<Field, Compared | undefined>>): Comparison<Field>[] =>
  (Object.entries(given) as [Field, Compared | undefined][]).flatMap(([field, value]) =>
    value === undefined ? [] : [{ field, operator: 'equals', values: [value] }],
  );

/** @throws RuleViolation input_invalid */
function checkedItem(item: NewCatalogItem): { externalId: string; attributes: ItemAttributes } {
  const { attributes, ...checked } = parsed(z.strictObject({ externalId, attributes: newItem }), item);
  return { ...checked, attributes: itemAttributes(attributes) };
}

/** @throws RuleViolation input_invalid */
const checkedItemChange = (attributes: Partial<ItemAttributes>): Partial<ItemAttributes> =>
  itemChanges(parsed(z.strictObject({ attributes: changedItem }), { attributes }).attributes);

/** @throws RuleViolation input_invalid */
function checkedVariant(variant: NewCatalogVariant): {
  externalId: string;
  itemId: string;
  attributes: VariantAttributes;
} {
  const schema = z.strictObject({ externalId, itemId: z.string(), attributes: newVariant });
  const { attributes, ...checked } = parsed(schema, variant);
  return { ...checked, attributes: variantAttributes(attributes) };
}

/** @throws RuleViolation input_invalid */
const checkedVariantChange = (attributes: Partial<VariantAttributes>): Partial<VariantAttributes> =>
  variantChanges(parsed(z.strictObject({ attributes: changedVariant }), { attributes }).attributes);
