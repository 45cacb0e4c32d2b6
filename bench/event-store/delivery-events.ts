import { randomUUID } from 'node:crypto';
import type { NewEvent } from '../../src/application/ports/event-store.js';

const PRODUCTS = ['Chai', 'Chang', 'Aniseed Syrup', 'Gumbo Mix', 'Ikura'] as const;

/**
 * Events of a delivery's form and size: 500 to 700 bytes of data, 235 of metadata. Their sizes differ as orders do: were all
 * of one size, a few bytes more or less would decide how many of them fit on a page, and with it the whole comparison.
 */
export function deliveryEvents(count: number): NewEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    id: randomUUID(),
    type: 'DeliveryRequested',
    data: {
      actionId: randomUUID(),
      flowId: randomUUID(),
      triggerId: randomUUID(),
      profileId: randomUUID(),
      actionRevision: 1,
      url: 'https://receiver.example/hooks/orders',
      body: JSON.stringify({
        event: 'Placed Order',
        order: `#${10_000 + index}`,
        total: 1234.5,
        customer: 'Zoë Müller',
        items: PRODUCTS.slice(0, 1 + (index % PRODUCTS.length)).map((name) => ({ name, quantity: 2, price: 18.25 })),
        note: 'Leave it at the back door, please.',
      }),
      requestedAt: '2026-11-24T09:30:00.000Z',
    },
    metadata: {
      correlationId: randomUUID(),
      causationId: randomUUID(),
      actor: { kind: 'engine', id: 'trigger-process', name: 'trigger process' },
      time: '2026-11-24T09:30:00.000Z',
      schemaVersion: 1,
    },
  }));
}
