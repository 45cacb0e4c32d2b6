import type { Decider, DomainEvent } from '../kernel/decider.js';
import type { Json } from '../kernel/json.js';
import { RuleViolation } from '../kernel/rule-violation.js';
import { uuidV5 } from '../kernel/uuid-v5.js';

/**
 * A caller's request under an Idempotency-Key (IETF draft-ietf-httpapi-idempotency-key-header), so that sending it again does
 * nothing twice. Each caller has keys of their own.
 */
export const requestStream = (requestId: string): string => `request-${requestId}`;
export const requestIdOf = (callerId: string, key: string): string => uuidV5('request', callerId, key);

/** One of the pieces of work of a request that has several. */
export const requestPartId = (requestId: string, part: string): string => uuidV5('request-part', requestId, part);

/**
 * Storage format. The fingerprint says which request it was, without what was in it. The result holds ids and what else the
 * answer can be made of again, nothing personal; there is none where the answer held something that is shown once.
 */
export type RequestEvent =
  | DomainEvent<'RequestBegun', { fingerprint: string }>
  | DomainEvent<'RequestCompleted', { fingerprint: string; result?: Json }>;

export type RequestState = {
  status: 'none' | 'begun' | 'completed';
  fingerprint: string;
  result: Json | undefined;
};

export type RequestCommand =
  | { type: 'BeginRequest'; fingerprint: string }
  | { type: 'CompleteRequest'; fingerprint: string; result?: Json };

export const request: Decider<RequestCommand, RequestEvent, RequestState> = {
  initialState: { status: 'none', fingerprint: '', result: undefined },
  evolve(_state, { type, data }) {
    if (type === 'RequestBegun') return { status: 'begun', fingerprint: data.fingerprint, result: undefined };
    return { status: 'completed', fingerprint: data.fingerprint, result: data.result };
  },
  decide(command, state) {
    requireSame(state, command.fingerprint);
    const { fingerprint } = command;
    if (command.type === 'BeginRequest') {
      return state.status === 'none' ? [{ type: 'RequestBegun', data: { fingerprint } }] : [];
    }
    if (state.status === 'completed') return [];
    const { result } = command;
    return [{ type: 'RequestCompleted', data: { fingerprint, ...(result === undefined ? {} : { result }) } }];
  },
  isTerminal: ({ status }) => status === 'completed',
};

/**
 * What the request came to, where it was completed before.
 * @throws RuleViolation idempotency_key_reused for another request, idempotency_key_used where the answer was shown once
 */
export function recordedResult(state: RequestState, fingerprint: string): { result: Json } | undefined {
  requireSame(state, fingerprint);
  if (state.status !== 'completed') return undefined;
  if (state.result === undefined) throw keyUsed();
  return { result: state.result };
}

export const keyUsed = (): RuleViolation =>
  new RuleViolation(
    'idempotency_key_used',
    'The request with this Idempotency-Key was carried out before; its answer held something that is shown once, so it can not be given again: make a new one under another key.',
  );

function requireSame(state: RequestState, fingerprint: string): void {
  if (state.status === 'none' || state.fingerprint === fingerprint) return;
  throw new RuleViolation(
    'idempotency_key_reused',
    'This Idempotency-Key was used for another request; take a new key for each request, and the same one only to send the same request again.',
  );
}
