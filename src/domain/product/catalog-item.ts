import type { Decider, DomainEvent } from '../kernel/decider.js';
import { RuleViolation } from '../kernel/rule-violation.js';
import { checkPrice, checkSize, checkTitle, differing, type ProductAttributes } from './product-attributes.js';

/** A product in the catalog. What is sold of it are its variants, each with a price and a stock of its own. */
export const catalogItemStream = (itemId: string): string => `catalog-item-${itemId}`;

/** As many as Shopify lets a product have. */
const MAX_VARIANTS = 2_048;

/** What an item is described by; a price of null is none. */
export type ItemAttributes = ProductAttributes & { readonly price: number | null };

// Events. Names and fields are the storage format.

export type CatalogItemEvent =
  | DomainEvent<'CatalogItemCreated', { attributes: ItemAttributes }>
  | DomainEvent<'CatalogItemChanged', { attributes: Partial<ProductAttributes> }>
  | DomainEvent<'CatalogItemPriceChanged', PriceChange>
  | DomainEvent<'CatalogItemInventoryChanged', ItemInventoryChange>
  | DomainEvent<'CatalogItemRemoved', Record<string, never>>;

export interface PriceChange {
  from: number | null;
  to: number | null;
}

/** The stock of the product changed with that of a variant. */
export interface ItemInventoryChange {
  variantId: string;
  /** Of that variant from now on; null where it is sold no more. */
  quantity: number | null;
  /** The sum over all variants, before and now; null while there are none. */
  from: number | null;
  to: number | null;
}

// State

export interface CatalogItemState {
  status: 'none' | 'known' | 'removed';
  attributes: ItemAttributes;
  /** By variant id, the quantity in stock. */
  inventory: Readonly<Record<string, number>>;
}

const initialState: CatalogItemState = {
  status: 'none',
  attributes: {
    title: '',
    description: '',
    price: null,
    url: '',
    image_full_url: null,
    image_thumbnail_url: null,
    images: [],
    custom_metadata: {},
    published: true,
  },
  inventory: {},
};

function evolve(state: CatalogItemState, event: CatalogItemEvent): CatalogItemState {
  switch (event.type) {
    case 'CatalogItemCreated':
      return { status: 'known', attributes: event.data.attributes, inventory: {} };
    case 'CatalogItemChanged':
      return { ...state, attributes: { ...state.attributes, ...event.data.attributes } };
    case 'CatalogItemPriceChanged':
      return { ...state, attributes: { ...state.attributes, price: event.data.to } };
    case 'CatalogItemInventoryChanged': {
      const { variantId, quantity } = event.data;
      const others = Object.entries(state.inventory).filter(([id]) => id !== variantId);
      // fromEntries, so that a variant may be called like something that objects inherit.
      return {
        ...state,
        inventory: Object.fromEntries(quantity === null ? others : [...others, [variantId, quantity]]),
      };
    }
    case 'CatalogItemRemoved':
      return { ...initialState, status: 'removed' };
  }
}

// Decisions

export type CatalogItemCommand =
  | { type: 'CreateItem'; attributes: ItemAttributes }
  | { type: 'ChangeItem'; attributes: Partial<ItemAttributes> }
  /** Null where the variant is sold no more. */
  | { type: 'SetInventory'; variantId: string; quantity: number | null }
  | { type: 'RemoveItem' };

function decide(command: CatalogItemCommand, state: CatalogItemState): CatalogItemEvent[] {
  if (command.type === 'CreateItem') {
    if (state.status === 'known') {
      throw new RuleViolation(
        'catalog_item_exists',
        'There is a catalog item with this external id already.',
        '/attributes/external_id',
      );
    }
    check(command.attributes, command.attributes);
    return [{ type: 'CatalogItemCreated', data: { attributes: command.attributes } }];
  }
  if (state.status !== 'known') throw new RuleViolation('catalog_item_unknown', 'This catalog item does not exist.');
  switch (command.type) {
    case 'ChangeItem':
      return change(command.attributes, state);
    case 'SetInventory':
      return setInventory(command.variantId, command.quantity, state);
    case 'RemoveItem':
      return [{ type: 'CatalogItemRemoved', data: {} }];
  }
}

/** Records what really differs, the price as an event of its own. */
function change(given: Partial<ItemAttributes>, state: CatalogItemState): CatalogItemEvent[] {
  const { price, ...attributes } = differing(given, state.attributes);
  check(given, { ...state.attributes, ...given });
  const events: CatalogItemEvent[] = [];
  if (Object.keys(attributes).length > 0) events.push({ type: 'CatalogItemChanged', data: { attributes } });
  if (price !== undefined) {
    events.push({ type: 'CatalogItemPriceChanged', data: { from: state.attributes.price, to: price } });
  }
  return events;
}

function setInventory(variantId: string, quantity: number | null, { inventory }: CatalogItemState): CatalogItemEvent[] {
  const before = Object.hasOwn(inventory, variantId) ? (inventory[variantId] as number) : null;
  if (before === quantity) return [];
  const others = Object.entries(inventory).flatMap(([id, one]) => (id === variantId ? [] : [one]));
  if (before === null && others.length >= MAX_VARIANTS) {
    throw new RuleViolation(
      'catalog_variants_too_many',
      `A catalog item has at most ${MAX_VARIANTS} variants.`,
      '/itemId',
    );
  }
  const from = sumOf(before === null ? others : [...others, before]);
  const to = sumOf(quantity === null ? others : [...others, quantity]);
  return [{ type: 'CatalogItemInventoryChanged', data: { variantId, quantity, from, to } }];
}

const sumOf = (quantities: readonly number[]): number | null =>
  quantities.length === 0 ? null : quantities.reduce((sum, quantity) => sum + quantity, 0);

function check(given: Partial<ItemAttributes>, after: ItemAttributes): void {
  checkTitle(given.title);
  checkPrice(given.price);
  checkSize(after);
}

export const catalogItem: Decider<CatalogItemCommand, CatalogItemEvent, CatalogItemState> = {
  initialState,
  evolve,
  decide,
};
