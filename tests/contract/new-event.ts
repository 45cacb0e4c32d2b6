import { randomUUID } from 'node:crypto';
import type { NewEvent } from '../../src/application/ports/event-store.js';

/** An event to append; a new id, unless one is given. */
export function newEvent(fields: Partial<NewEvent> = {}): NewEvent {
  return {
    id: randomUUID(),
    type: 'DeliveryAttempted',
    data: { attempt: 1, url: 'https://receiver.example/hooks' },
    metadata: {
      correlationId: randomUUID(),
      causationId: randomUUID(),
      actor: { kind: 'engine', id: 'worker', name: 'delivery worker' },
      time: '2026-11-24T09:30:00.000Z',
      schemaVersion: 1,
    },
    ...fields,
  };
}

export const newEvents = (count: number, fields: Partial<NewEvent> = {}): NewEvent[] =>
  Array.from({ length: count }, () => newEvent(fields));

/** An event whose data was written as an earlier (or later) version of its type. */
export const eventOfVersion = (schemaVersion: number, type: string, data: object): NewEvent => {
  const event = newEvent({ type, data });
  return { ...event, metadata: { ...event.metadata, schemaVersion } };
};
