import type { Decider, DomainEvent } from '../kernel/decider.js';
import { RuleViolation } from '../kernel/rule-violation.js';
import { checkPrice, checkSize, checkTitle, differing, type ProductAttributes } from './product-attributes.js';

/** What is sold of a product: one size, one colour. */
export const catalogVariantStream = (variantId: string): string => `catalog-variant-${variantId}`;

/** What a variant is described by. */
export type VariantAttributes = ProductAttributes & {
  readonly price: number;
  readonly sku: string;
  /** Klaviyo's: 1 hides it from product feeds while it is out of stock, 0 and 2 don't. */
  readonly inventory_policy: 0 | 1 | 2;
  /** May be below 0, where more was sold than there is. */
  readonly inventory_quantity: number;
};
type Described = Omit<VariantAttributes, 'price' | 'inventory_quantity'>;

// Events. Names and fields are the storage format. Price and stock are events of their own, so that the stream is their history.

export type CatalogVariantEvent =
  | DomainEvent<'CatalogVariantCreated', { itemId: string; attributes: VariantAttributes }>
  | DomainEvent<'CatalogVariantChanged', { attributes: Partial<Described> }>
  | DomainEvent<'CatalogVariantPriceChanged', VariantChange>
  | DomainEvent<'CatalogVariantInventoryChanged', VariantChange>
  | DomainEvent<'CatalogVariantRemoved', { itemId: string }>;

export interface VariantChange {
  itemId: string;
  from: number;
  to: number;
}

// State

export interface CatalogVariantState {
  status: 'none' | 'known' | 'removed';
  itemId: string;
  attributes: VariantAttributes;
}

const initialState: CatalogVariantState = {
  status: 'none',
  itemId: '',
  attributes: {
    title: '',
    description: '',
    sku: '',
    inventory_policy: 0,
    inventory_quantity: 0,
    price: 0,
    url: '',
    image_full_url: null,
    image_thumbnail_url: null,
    images: [],
    custom_metadata: {},
    published: true,
  },
};

function evolve(state: CatalogVariantState, event: CatalogVariantEvent): CatalogVariantState {
  switch (event.type) {
    case 'CatalogVariantCreated':
      return { status: 'known', itemId: event.data.itemId, attributes: event.data.attributes };
    case 'CatalogVariantChanged':
      return { ...state, attributes: { ...state.attributes, ...event.data.attributes } };
    case 'CatalogVariantPriceChanged':
      return { ...state, attributes: { ...state.attributes, price: event.data.to } };
    case 'CatalogVariantInventoryChanged':
      return { ...state, attributes: { ...state.attributes, inventory_quantity: event.data.to } };
    case 'CatalogVariantRemoved':
      return { ...initialState, status: 'removed', itemId: event.data.itemId };
  }
}

// Decisions

export type CatalogVariantCommand =
  | { type: 'CreateVariant'; itemId: string; attributes: VariantAttributes }
  | { type: 'ChangeVariant'; attributes: Partial<VariantAttributes> }
  | { type: 'RemoveVariant' };

function decide(command: CatalogVariantCommand, state: CatalogVariantState): CatalogVariantEvent[] {
  if (command.type === 'CreateVariant') {
    if (state.status === 'known') {
      throw new RuleViolation(
        'catalog_variant_exists',
        'There is a catalog variant with this external id already.',
        '/attributes/external_id',
      );
    }
    const { itemId, attributes } = command;
    check(attributes, attributes);
    return [{ type: 'CatalogVariantCreated', data: { itemId, attributes } }];
  }
  if (state.status !== 'known') {
    throw new RuleViolation('catalog_variant_unknown', 'This catalog variant does not exist.');
  }
  const { itemId } = state;
  if (command.type === 'RemoveVariant') return [{ type: 'CatalogVariantRemoved', data: { itemId } }];
  return change(command.attributes, state);
}

/** Records what really differs. */
function change(given: Partial<VariantAttributes>, { itemId, attributes: present }: CatalogVariantState) {
  const { price, inventory_quantity: quantity, ...attributes } = differing(given, present);
  check(given, { ...present, ...given });
  const events: CatalogVariantEvent[] = [];
  if (Object.keys(attributes).length > 0) events.push({ type: 'CatalogVariantChanged', data: { attributes } });
  if (price !== undefined) {
    events.push({ type: 'CatalogVariantPriceChanged', data: { itemId, from: present.price, to: price } });
  }
  if (quantity !== undefined) {
    const data = { itemId, from: present.inventory_quantity, to: quantity };
    events.push({ type: 'CatalogVariantInventoryChanged', data });
  }
  return events;
}

function check(given: Partial<VariantAttributes>, after: VariantAttributes): void {
  checkTitle(given.title);
  checkPrice(given.price);
  const { inventory_quantity: quantity } = given;
  if (quantity !== undefined && !Number.isFinite(quantity)) {
    throw new RuleViolation(
      'catalog_inventory_invalid',
      'An inventory quantity has to be a number.',
      '/attributes/inventory_quantity',
    );
  }
  checkSize(after);
}

export const catalogVariant: Decider<CatalogVariantCommand, CatalogVariantEvent, CatalogVariantState> = {
  initialState,
  evolve,
  decide,
};
