import type { HookledgerEvent } from '../../domain/events.js';
import type { RecordedEvent } from '../ports/event-store.js';

/** A price or a stock that fell. */
export interface ProductMovement {
  what: 'price' | 'inventory';
  itemId: string;
  /** Undefined where it is that of the item as a whole. */
  variantId: string | undefined;
  from: number;
  to: number;
  event: RecordedEvent;
}

const ITEM = 'catalog-item-';
const VARIANT = 'catalog-variant-';

/** Pure: what fell in some events, in order. A variant that is sold no more takes its stock along, and that is no sale. */
export function productMovements(events: readonly RecordedEvent[]): ProductMovement[] {
  const movements: ProductMovement[] = [];
  for (const event of events as readonly (RecordedEvent & HookledgerEvent)[]) {
    const movement = movementOf(event);
    if (movement === undefined) continue;
    const { from, to } = movement;
    if (from !== null && to !== null && to < from) movements.push({ ...movement, from, to, event });
  }
  return movements;
}

type Movement = Omit<ProductMovement, 'from' | 'to' | 'event'> & { from: number | null; to: number | null };

function movementOf(event: RecordedEvent & HookledgerEvent): Movement | undefined {
  switch (event.type) {
    case 'CatalogItemPriceChanged':
      return { what: 'price', itemId: event.stream.slice(ITEM.length), variantId: undefined, ...event.data };
    case 'CatalogItemInventoryChanged': {
      const { from, to, quantity } = event.data;
      if (quantity === null) return undefined;
      return { what: 'inventory', itemId: event.stream.slice(ITEM.length), variantId: undefined, from, to };
    }
    case 'CatalogVariantPriceChanged':
      return { what: 'price', variantId: event.stream.slice(VARIANT.length), ...event.data };
    case 'CatalogVariantInventoryChanged':
      return { what: 'inventory', variantId: event.stream.slice(VARIANT.length), ...event.data };
    default:
      return undefined;
  }
}
