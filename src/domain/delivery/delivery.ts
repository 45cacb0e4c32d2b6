import type { Decider, DomainEvent } from '../kernel/decider.js';
import { FORGOTTEN } from '../kernel/forgotten.js';
import { RuleViolation } from '../kernel/rule-violation.js';
import { uuidV5 } from '../kernel/uuid-v5.js';
import { type AttemptOutcome, classify, codeOf } from './outcome.js';
import { decideRetry, type RetryPolicy } from './retry-policy.js';

/** One webhook to one receiver, caused by one trigger: from the request, over its attempts, to its end. */
export const deliveryStream = (deliveryId: string): string => `delivery-${deliveryId}`;

/** A trigger meets an action once: asking again is the same delivery. Receivers see it as `webhook-id`. */
export const deliveryIdOf = (actionId: string, triggerId: string): string => uuidV5('delivery', actionId, triggerId);

// Events. Names and fields are the storage format. Each names its action and flow, so that counts need no look-up.

interface Of {
  actionId: string;
  flowId: string;
}

/** Whose data may be quoted: by a receiver's answer, or by a template's error. There where one is. */
interface Echo {
  profileId?: string;
}

export type DeliveryEvent =
  | DomainEvent<
      'DeliveryRequested',
      Of & {
        /** What it follows from: a trigger or, in the outbound feed, the event that it tells of. */
        triggerId: string;
        /** Empty where it is about nobody. */
        profileId: string;
        /** Which configuration of the action the body was rendered from. */
        actionRevision: number;
        /** Where it was to go then; an attempt goes where the action points at that time. */
        url: string;
        /** The rendered body, so that each attempt sends the same bytes; null where it could not be rendered. */
        body: string | null;
        /** ISO 8601, UTC. The first attempt is due at once. */
        requestedAt: string;
      }
    >
  | DomainEvent<'DeliveryAttempted', Of & { attempt: number; url: string; workerId: string }>
  | DomainEvent<
      'DeliverySucceeded',
      Of & Echo & { attempt: number; statusCode: number; durationMs: number; responseBody?: string }
    >
  | DomainEvent<'DeliveryAttemptFailed', Of & Echo & { attempt: number; outcome: AttemptOutcome; failedAt: string }>
  | DomainEvent<
      'DeliveryRetried',
      Of & {
        /** The number of the attempt that is to come. */
        attempt: number;
        dueAt: string;
        reason: string;
        /** The random number in [0, 1) that the jitter came from, so that the schedule can be recomputed. */
        random: number;
      }
    >
  | DomainEvent<'DeliveryFailed', Of & { attempts: number; reason: 'retries_used_up' | 'window_over'; code: string }>
  | DomainEvent<
      'DeliverySkipped',
      Of &
        Echo & {
          attempts: number;
          reason: SkipReason;
          code: string;
          message: string;
          outcome?: AttemptOutcome;
          /** Why the body could not be rendered; may quote the profile's data. */
          renderError?: string;
        }
    >
  /** `from` is the queue that it was taken out of. */
  | DomainEvent<'DeliveryResent', Of & { resentAt: string; from: 'failed' | 'skipped' }>;

/** Why a delivery was given up without retries: the answer, the template, or action or profile are gone. */
export type SkipReason = 'not_retryable' | 'not_rendered' | 'action_removed' | 'profile_forgotten';

// State

export type DeliveryStatus =
  | 'none'
  /** Due now: requested or resent, no attempt since. */
  | 'requested'
  | 'attempting'
  | 'attempt_failed'
  | 'waiting'
  | 'succeeded'
  | 'failed'
  | 'skipped';

export interface DeliveryState extends Of {
  status: DeliveryStatus;
  /** Attempts made so far, over all rounds. */
  attempts: number;
  /** Attempts made since the request or the last resend: what the retry policy counts. */
  attemptsInRound: number;
  /** When the round began; epoch milliseconds. */
  roundStartedAt: number;
  failedAt: number;
  lastOutcome: AttemptOutcome | undefined;
  body: string | null;
  triggerId: string;
  /** Empty where the delivery is about nobody: one of the outbound feed. */
  profileId: string;
  /** Whose the last attempt is; empty before any. */
  workerId: string;
}

const initialState: DeliveryState = {
  status: 'none',
  actionId: '',
  flowId: '',
  attempts: 0,
  attemptsInRound: 0,
  roundStartedAt: 0,
  failedAt: 0,
  lastOutcome: undefined,
  body: null,
  triggerId: '',
  profileId: '',
  workerId: '',
};

function evolve(state: DeliveryState, event: DeliveryEvent): DeliveryState {
  switch (event.type) {
    case 'DeliveryRequested': {
      const { actionId, flowId, triggerId, profileId, body, requestedAt } = event.data;
      const roundStartedAt = Date.parse(requestedAt);
      return { ...state, status: 'requested', actionId, flowId, triggerId, profileId, body, roundStartedAt };
    }
    case 'DeliveryAttempted':
      return {
        ...state,
        status: 'attempting',
        attempts: event.data.attempt,
        workerId: event.data.workerId,
        attemptsInRound: state.attemptsInRound + 1,
      };
    case 'DeliverySucceeded':
      return { ...state, status: 'succeeded' };
    case 'DeliveryAttemptFailed': {
      const { outcome, failedAt } = event.data;
      return { ...state, status: 'attempt_failed', lastOutcome: outcome, failedAt: Date.parse(failedAt) };
    }
    case 'DeliveryRetried':
      return { ...state, status: 'waiting' };
    case 'DeliveryFailed':
      return { ...state, status: 'failed' };
    case 'DeliverySkipped':
      return { ...state, status: 'skipped', body: event.data.reason === 'profile_forgotten' ? FORGOTTEN : state.body };
    case 'DeliveryResent':
      return { ...state, status: 'requested', attemptsInRound: 0, roundStartedAt: Date.parse(event.data.resentAt) };
  }
}

// Decisions

export type DeliveryCommand =
  | RequestDelivery
  | { type: 'StartAttempt'; url: string; workerId: string }
  | { type: 'RecordOutcome'; attempt: number; outcome: AttemptOutcome; at: string }
  | { type: 'ScheduleRetry'; attempt: number; policy: RetryPolicy; random: number }
  | { type: 'SkipDelivery'; reason: SkipReason; message: string }
  | { type: 'ResendDelivery'; at: string };

export interface RequestDelivery extends Of {
  type: 'RequestDelivery';
  triggerId: string;
  profileId: string;
  actionRevision: number;
  url: string;
  /** The rendered body, or why it could not be rendered. */
  body: { rendered: string } | { error: string };
  at: string;
}

function decide(command: DeliveryCommand, state: DeliveryState): DeliveryEvent[] {
  if (command.type === 'RequestDelivery') return request(command, state);
  if (state.status === 'none') throw new RuleViolation('delivery_unknown', 'This delivery does not exist.');
  switch (command.type) {
    case 'StartAttempt':
      return startAttempt(command, state);
    case 'RecordOutcome':
      return recordOutcome(command, state);
    case 'ScheduleRetry':
      return scheduleRetry(command, state);
    case 'SkipDelivery':
      return skip(command, state);
    case 'ResendDelivery':
      return resend(command, state);
  }
}

const of = ({ actionId, flowId }: Of): Of => ({ actionId, flowId });

const echoOf = (outcome: AttemptOutcome, { profileId }: DeliveryState): Echo =>
  outcome.kind === 'answer' && outcome.responseBody !== undefined ? { profileId } : {};

function request(command: RequestDelivery, state: DeliveryState): DeliveryEvent[] {
  if (state.status !== 'none') return [];
  const { triggerId, profileId, actionRevision, url, body, at } = command;
  const rendered = 'rendered' in body ? body.rendered : null;
  const data = { ...of(command), triggerId, profileId, actionRevision, url, body: rendered, requestedAt: at };
  const requested: DeliveryEvent = { type: 'DeliveryRequested', data };
  if ('rendered' in body) return [requested];
  const skipped = {
    ...of(command),
    attempts: 0,
    reason: 'not_rendered',
    code: 'not_rendered',
    message: 'The body could not be rendered.',
    renderError: body.error,
    profileId,
  } as const;
  return [requested, { type: 'DeliverySkipped', data: skipped }];
}

/**
 * The claim. Appended with the expected revision, so of two workers one wins. Asked for again by the same worker, which did not
 * hear that it was recorded, it is the same attempt.
 */
function startAttempt({ url, workerId }: { url: string; workerId: string }, state: DeliveryState): DeliveryEvent[] {
  if (state.status === 'attempting' && state.workerId === workerId) return [];
  if (state.status !== 'requested' && state.status !== 'waiting') {
    throw new RuleViolation('delivery_not_due', `No attempt can be made while the delivery is ${state.status}.`);
  }
  return [{ type: 'DeliveryAttempted', data: { ...of(state), attempt: state.attempts + 1, url, workerId } }];
}

function recordOutcome(
  { attempt, outcome, at }: { attempt: number; outcome: AttemptOutcome; at: string },
  state: DeliveryState,
): DeliveryEvent[] {
  if (state.status !== 'attempting' || state.attempts !== attempt) {
    throw new RuleViolation(
      'attempt_not_running',
      `Attempt ${attempt} is not running; its outcome is recorded already.`,
    );
  }
  switch (classify(outcome)) {
    case 'succeeded': {
      const { statusCode, durationMs, responseBody } = outcome as Extract<AttemptOutcome, { kind: 'answer' }>;
      const data = { ...of(state), attempt, statusCode, durationMs };
      const echo = { ...echoOf(outcome, state), responseBody };
      return [{ type: 'DeliverySucceeded', data: responseBody === undefined ? data : { ...data, ...echo } }];
    }
    case 'retry':
      return [
        {
          type: 'DeliveryAttemptFailed',
          data: { ...of(state), ...echoOf(outcome, state), attempt, outcome, failedAt: at },
        },
      ];
    case 'skip': {
      const code = codeOf(outcome);
      const message = outcome.kind === 'answer' ? `The receiver answered ${code}.` : outcome.message;
      const skipped = { attempts: attempt, reason: 'not_retryable', code, message, outcome } as const;
      return [{ type: 'DeliverySkipped', data: { ...of(state), ...echoOf(outcome, state), ...skipped } }];
    }
  }
}

/** After a failed attempt: the next one with its due time, or the end. Nothing where that is decided already. */
function scheduleRetry(
  { attempt, policy, random }: { attempt: number; policy: RetryPolicy; random: number },
  state: DeliveryState,
): DeliveryEvent[] {
  if (state.status !== 'attempt_failed' || state.attempts !== attempt) return [];
  const outcome = state.lastOutcome as AttemptOutcome;
  const decision = decideRetry(policy, {
    retry: state.attemptsInRound,
    random,
    startedAt: state.roundStartedAt,
    failedAt: state.failedAt,
    retryAfterMs: outcome.kind === 'answer' ? outcome.retryAfterMs : undefined,
  });
  const code = codeOf(outcome);
  if (!decision.retry) {
    return [
      { type: 'DeliveryFailed', data: { ...of(state), attempts: state.attempts, reason: decision.reason, code } },
    ];
  }
  const dueAt = new Date(decision.dueAt).toISOString();
  return [{ type: 'DeliveryRetried', data: { ...of(state), attempt: attempt + 1, dueAt, reason: code, random } }];
}

const SKIPPABLE: ReadonlySet<DeliveryStatus> = new Set(['requested', 'waiting', 'attempt_failed']);

function skip({ reason, message }: { reason: SkipReason; message: string }, state: DeliveryState): DeliveryEvent[] {
  if (!SKIPPABLE.has(state.status)) return [];
  return [{ type: 'DeliverySkipped', data: { ...of(state), attempts: state.attempts, reason, code: reason, message } }];
}

function resend({ at }: { at: string }, state: DeliveryState): DeliveryEvent[] {
  if (state.status !== 'failed' && state.status !== 'skipped') {
    throw new RuleViolation(
      'delivery_not_in_a_queue',
      `Only a failed or skipped delivery can be sent again; this one is ${state.status}.`,
    );
  }
  if (state.body === null) {
    throw new RuleViolation(
      'delivery_without_body',
      'This delivery has no body, since its template could not be rendered; send the event again once that is mended.',
    );
  }
  if (state.body === FORGOTTEN) {
    throw new RuleViolation(
      'delivery_forgotten',
      'The profile of this delivery was forgotten, and its body with it; it can never be sent again.',
    );
  }
  return [{ type: 'DeliveryResent', data: { ...of(state), resentAt: at, from: state.status } }];
}

export const delivery: Decider<DeliveryCommand, DeliveryEvent, DeliveryState> = {
  initialState,
  evolve,
  decide,
  // What failed or was skipped may be resent, but seldom is.
  isTerminal: ({ status }) => status === 'succeeded' || status === 'failed' || status === 'skipped',
};
