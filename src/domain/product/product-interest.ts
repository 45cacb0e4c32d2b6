import type { Json, JsonObject } from '../kernel/json.js';
import { MAX_EXTERNAL_ID } from './catalog-id.js';

/** In what way a profile showed interest in a product; the names of Klaviyo's audiences. */
export type InterestKind = 'viewed' | 'checkout-started' | 'added-to-cart';

export interface Interest {
  kind: InterestKind;
  /** The shop's own ids, the `external_id` of item and variant. */
  productId: string;
  /** Undefined where the event names none. */
  variantId: string | undefined;
}

/**
 * The metrics that show interest. Source: Klaviyo, "Integrate a platform without a pre-built Klaviyo integration", and the
 * name that its Shopify integration has for a checkout.
 */
const KINDS: ReadonlyMap<string, InterestKind> = new Map([
  ['Viewed Product', 'viewed'],
  ['Added to Cart', 'added-to-cart'],
  ['Started Checkout', 'checkout-started'],
  ['Checkout Started', 'checkout-started'],
]);

/** No cart is that full; what is in one beyond it is passed over. */
const MOST_PRODUCTS = 100;

const PRODUCT_NAMES = ['ProductID', 'ProductId', 'Product ID', 'ItemId', 'product_id'];
const VARIANT_NAMES = ['VariantID', 'VariantId', 'Variant ID', 'variant_id'];

/** Whether events of this metric show interest in products. */
export const showsInterest = (metricName: string): boolean => KINDS.has(metricName);

/** The products that an event is about: that which was viewed or added, or those in the cart. */
export function interestsIn(metricName: string, properties: JsonObject): Interest[] {
  const kind = KINDS.get(metricName);
  if (kind === undefined) return [];
  const interests = new Map<string, Interest>();
  for (const thing of thingsIn(kind, properties).slice(0, MOST_PRODUCTS)) {
    const productId = idIn(thing, PRODUCT_NAMES);
    if (productId === undefined) continue;
    const variantId = idIn(thing, VARIANT_NAMES);
    interests.set(JSON.stringify([productId, variantId]), { kind, productId, variantId });
  }
  return [...interests.values()];
}

/** What names products: the event itself, or the lines of its cart. */
function thingsIn(kind: InterestKind, properties: JsonObject): JsonObject[] {
  if (kind === 'added-to-cart' && idOf(properties.AddedItemProductID) !== undefined) {
    const { AddedItemProductID, AddedItemVariantID = null } = properties;
    return [{ ProductID: AddedItemProductID as Json, VariantID: AddedItemVariantID }];
  }
  const itself = idIn(properties, PRODUCT_NAMES) === undefined ? [] : [properties];
  if (itself.length > 0 && kind !== 'checkout-started') return itself;
  // Shopify's events hold the names alone in Items, and the lines in extra.
  const { Items, items, $extra, extra } = properties;
  const lines = [Items, items, linesOf($extra), linesOf(extra)].flatMap((some) => (Array.isArray(some) ? some : []));
  return [...itself, ...lines.filter(isObject)];
}

const linesOf = (extra: Json | undefined): Json | undefined => (isObject(extra) ? extra.line_items : undefined);

function idIn(thing: JsonObject, names: readonly string[]): string | undefined {
  for (const name of names) {
    const id = Object.hasOwn(thing, name) ? idOf(thing[name]) : undefined;
    if (id !== undefined) return id;
  }
  return undefined;
}

/** Shops have numbers and texts for ids; what no item can be called is none. */
function idOf(value: Json | undefined): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' && value.length <= MAX_EXTERNAL_ID ? value : undefined;
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
