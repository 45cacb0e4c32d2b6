/** What became of one attempt: an answer, or the reason why there was none. */
export type AttemptOutcome = HttpAnswer | NoAnswer;

export interface HttpAnswer {
  kind: 'answer';
  statusCode: number;
  /** From sending to the end of the answer, in milliseconds. */
  durationMs: number;
  /** What `Retry-After` asks for, in milliseconds from the answer on. */
  retryAfterMs?: number;
  /** The beginning of the answer's body, for people. */
  responseBody?: string;
}

export interface NoAnswer {
  kind: 'no-answer';
  error: TransportError;
  message: string;
  durationMs: number;
}

export const TRANSPORT_ERRORS = [
  'dns',
  'connection_refused',
  'connection_reset',
  'unreachable',
  'timeout',
  'certificate',
  'protocol',
  'address_refused',
  'worker_lost',
] as const;
export type TransportError = (typeof TRANSPORT_ERRORS)[number];

export type Classification = 'succeeded' | 'retry' | 'skip';

/** 429 and the 5xx that mean "later". Source: Klaviyo's list of retry-able codes. */
const RETRYABLE_CODES: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/** Errors that time does not heal: a bad certificate, an answer that isn't HTTP, an address that nothing may go to. */
const FINAL_ERRORS: ReadonlySet<TransportError> = new Set(['certificate', 'protocol', 'address_refused']);

/** 2xx succeeded; what may heal is retried; everything else is skipped. Source: Klaviyo's rules for webhook retries. */
export function classify(outcome: AttemptOutcome): Classification {
  if (outcome.kind === 'no-answer') return FINAL_ERRORS.has(outcome.error) ? 'skip' : 'retry';
  if (outcome.statusCode >= 200 && outcome.statusCode < 300) return 'succeeded';
  return RETRYABLE_CODES.has(outcome.statusCode) ? 'retry' : 'skip';
}

/** The outcome's short name in counts and queues: the status code, or the error. */
export const codeOf = (outcome: AttemptOutcome): string =>
  outcome.kind === 'answer' ? String(outcome.statusCode) : outcome.error;
