import type { Actor } from './ports/event-store.js';

/** Who gives a command and what it belongs to; stands in the metadata of each event that follows from it. */
export interface CommandContext {
  actor: Actor;
  /** The id of the whole piece of work: a request's, or that of the trigger that began it. */
  correlationId: string;
  /** The id of the request or event that the command follows from. */
  causationId: string;
}

/** A part of the engine as the actor: `trigger-process`, `retry-process-manager`, `delivery-worker`. */
export const engineActor = (part: string): Actor => ({ kind: 'engine', id: part, name: part.replaceAll('-', ' ') });
