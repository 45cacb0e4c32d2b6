import type { RecordedEvent } from '../ports/event-store.js';

/** Gives commands because of events. Whatever it does may be done again: events come at least once. */
export interface ProcessManager {
  /** @returns whether anything was to be done */
  react(events: readonly RecordedEvent[]): Promise<boolean>;
}
