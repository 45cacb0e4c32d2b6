import type { DeliveryEvent } from '../../domain/delivery/delivery.js';
import type { RecordedEvent } from '../ports/event-store.js';

/** Of some events in order, the last one of each action's deliveries that is `meant`. */
export function lastByAction(
  events: readonly RecordedEvent[],
  meant: (event: DeliveryEvent) => boolean,
): ReadonlyMap<string, RecordedEvent> {
  const last = new Map<string, RecordedEvent>();
  for (const event of events) {
    const { type, data } = event as RecordedEvent & DeliveryEvent;
    if (meant({ type, data } as DeliveryEvent)) last.set(data.actionId, event);
  }
  return last;
}
