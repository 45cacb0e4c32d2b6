import { uuidV5 } from '../domain/kernel/uuid-v5.js';
import { requestPartId } from '../domain/request/request.js';
import type { Actor } from './ports/event-store.js';
import type { Ids } from './ports/ids.js';

/** Who gives a command and what it belongs to; stands in the metadata of each event that follows from it. */
export interface CommandContext {
  actor: Actor;
  /** The id of the whole piece of work: a request's, or that of the trigger that began it. */
  correlationId: string;
  /** The id of the request or event that the command follows from. */
  causationId: string;
  /** The request that is to be carried out once, however often it is sent; its id is the correlation id. */
  request?: RequestIdentity | undefined;
}

/** What a request with an Idempotency-Key is known by. */
export interface RequestIdentity {
  /** Follows from the caller and the key. */
  id: string;
  /** The same for the same request alone. */
  fingerprint: string;
  /** The answer holds a secret that is nowhere else to be read, so that what came of it may not be recorded. */
  shownOnce: boolean;
}

/** A part of the engine as the actor: `trigger-process`, `retry-process-manager`, `delivery-worker`. */
export const engineActor = (part: string): Actor => ({ kind: 'engine', id: part, name: part.replaceAll('-', ' ') });

/**
 * The id of a new thing. One that is made by a request with a key follows from the request, so that whoever completes it
 * (another process, after a crash between two streams) comes to the same thing.
 */
export function newId({ request }: CommandContext, ids: Ids, thing: string): string {
  return request === undefined ? ids.next() : uuidV5('made-by-request', request.id, thing);
}

/** For one of several pieces of work: done once by itself, whatever becomes of the others. */
export function partOf(context: CommandContext, part: string): CommandContext {
  const { request } = context;
  return request === undefined ? context : { ...context, request: { ...request, id: requestPartId(request.id, part) } };
}
