import { cutSecrets } from './cut-secrets.js';

/**
 * The fields that a log line may have, and what each may hold. All others come out as '[redacted]': who logs something new
 * has to come here and think of what is in it first.
 */
const FIELDS: Readonly<Record<string, 'plain' | 'error'>> = {
  // pino's own.
  level: 'plain',
  time: 'plain',
  msg: 'plain',
  // Failures; `err` is fastify's word.
  error: 'error',
  err: 'error',
  errorId: 'plain',
  // Requests: the ids that hookledger gives them itself.
  requestId: 'plain',
  reqId: 'plain',
  responseTime: 'plain',
  // Deliveries.
  deliveryId: 'plain',
  deliveries: 'plain',
  workerId: 'plain',
  actionId: 'plain',
  failures: 'plain',
  windowMinutes: 'plain',
  // Read models.
  projection: 'plain',
  reason: 'plain',
  after: 'plain',
  position: 'plain',
  // The process.
  signal: 'plain',
};

const REDACTED = '[redacted]';

/** Causes of causes; a chain may lead back to itself. */
const MAX_CAUSES = 5;

/** What of a line's fields may be logged. */
export function loggable(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const kind = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
      if (kind === 'error') return [name, loggableError(value)];
      return [name, kind === 'plain' ? plain(value) : REDACTED];
    }),
  );
}

/** An error by its name, message, code, stack and cause: what else hangs on it, such as a request's headers, stays out. */
export function loggableError(error: unknown, causes = MAX_CAUSES): unknown {
  if (typeof error !== 'object' || error === null) return plain(error);
  const { name, message, code, stack, cause } = error as Error & { code?: unknown };
  const told = { name: plain(name), message: plain(message), code: plain(code), stack: plain(stack) };
  if (cause === undefined || causes === 0) return told;
  return { ...told, cause: loggableError(cause, causes - 1) };
}

function plain(value: unknown): unknown {
  if (typeof value === 'string') return cutSecrets(value);
  return typeof value === 'object' || typeof value === 'function' ? REDACTED : value;
}
