import type { HookledgerEvent } from '../../domain/events.js';

/** A failed attempt that the next step is to be decided for. */
export interface FailedAttempt {
  deliveryId: string;
  attempt: number;
  /** The event that says so. */
  eventId: string;
  correlationId: string;
}

/** What this process manager looks at in an event. */
export type ObservedEvent = HookledgerEvent & {
  id: string;
  stream: string;
  metadata: { correlationId: string };
};

const DELIVERY = 'delivery-';

/**
 * The retry process manager: a failed attempt asks for a retry. Pure: of some events in order, those failed attempts that
 * nothing in the same events answered yet. It needs no memory, since the delivery itself refuses to decide twice.
 */
export function failedAttempts(events: readonly ObservedEvent[]): FailedAttempt[] {
  const open = new Map<string, FailedAttempt>();
  for (const event of events) {
    switch (event.type) {
      case 'DeliveryAttemptFailed': {
        const deliveryId = event.stream.slice(DELIVERY.length);
        const { correlationId } = event.metadata;
        open.set(deliveryId, { deliveryId, attempt: event.data.attempt, eventId: event.id, correlationId });
        break;
      }
      case 'DeliveryRetried':
      case 'DeliveryFailed':
        open.delete(event.stream.slice(DELIVERY.length));
        break;
    }
  }
  return [...open.values()];
}
