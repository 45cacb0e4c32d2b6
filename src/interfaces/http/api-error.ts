/** One entry of an answer's `errors`; Klaviyo's shape (JSON:API with the status as a number). */
export interface ErrorObject {
  id: string;
  status: number;
  code: string;
  title: string;
  detail: string;
  source: ErrorSource;
  meta?: Readonly<Record<string, unknown>>;
}

/** A JSON pointer (RFC 6901) into the request's document, or the name of a query parameter; neither where nothing is to blame. */
export type ErrorSource = { pointer: string } | { parameter: string } | { header: string } | Record<string, never>;

/** What a problem is but for its status: one sentence for people, and where. */
export interface Problem {
  detail: string;
  source?: ErrorSource;
  meta?: Readonly<Record<string, unknown>>;
}

/** Klaviyo's words for each kind of refusal. */
const KINDS = {
  invalid: { status: 400, title: 'Invalid input.' },
  parse_error: { status: 400, title: 'Malformed request.' },
  not_authenticated: { status: 401, title: 'Authentication credentials were not provided.' },
  authentication_failed: { status: 401, title: 'Incorrect authentication credentials.' },
  two_step_code_required: { status: 401, title: 'A one-time code is required.' },
  permission_denied: { status: 403, title: 'You do not have permission to perform this action.' },
  two_step_required: { status: 403, title: 'Two-step authentication is required.' },
  not_found: { status: 404, title: 'Not found.' },
  method_not_allowed: { status: 405, title: 'Method not allowed.' },
  request_timeout: { status: 408, title: 'Request timed out.' },
  conflict: { status: 409, title: 'Conflict.' },
  duplicate_profile: { status: 409, title: 'Conflict.' },
  idempotency_key_used: { status: 409, title: 'Conflict.' },
  gone: { status: 410, title: 'Gone.' },
  payload_too_large: { status: 413, title: 'Payload too large.' },
  uri_too_long: { status: 414, title: 'Address too long.' },
  unsupported_media_type: { status: 415, title: 'Unsupported media type.' },
  expectation_failed: { status: 417, title: 'Expectation failed.' },
  idempotency_key_reused: { status: 422, title: 'Unprocessable request.' },
  throttled: { status: 429, title: 'Request was throttled.' },
  headers_too_large: { status: 431, title: 'Headers too large.' },
  error: { status: 500, title: 'A server error occurred.' },
  unavailable: { status: 503, title: 'Service unavailable.' },
  two_step_unverifiable: { status: 503, title: 'Two-step authentication could not be checked.' },
} as const;
export type ErrorKind = keyof typeof KINDS;

/** More would be noise: whoever mends the first ones sees the rest. */
export const MAX_PROBLEMS = 20;

/** A refusal of a request, answered with the status of its kind and one error object a problem. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly problems: readonly Problem[];

  constructor(
    readonly kind: ErrorKind,
    problems: Problem | readonly Problem[],
    /** What goes with the answer, such as `allow`. */
    readonly headers: Readonly<Record<string, string>> = {},
    /** What there is to say of the request as a whole, beside its problems. */
    readonly meta?: Readonly<Record<string, unknown>>,
  ) {
    const all = Array.isArray(problems) ? problems : [problems];
    super(all[0]?.detail ?? kind);
    this.status = KINDS[kind].status;
    this.problems = all.slice(0, MAX_PROBLEMS);
  }

  /** The errors as they are answered; `newId` gives each its id, by which it can be found in the log. */
  toObjects(newId: () => string): ErrorObject[] {
    const { status, title } = KINDS[this.kind];
    return this.problems.map(({ detail, source = {}, meta }) => {
      const error = { id: newId(), status, code: this.kind, title, detail: inOneLine(detail), source };
      return meta === undefined ? error : { ...error, meta };
    });
  }
}

/** What was sent may stand in a detail; line ends and control characters in it would blur logs and terminals. */
const inOneLine = (detail: string): string =>
  detail.replaceAll(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
