import { STATUS_CODES } from 'node:http';
import { Histogram, type Registry } from 'prom-client';
import type { Measurements } from '../../application/ports/measurements.js';
import { type AttemptOutcome, classify } from '../../domain/delivery/outcome.js';

/** The boundaries that OpenTelemetry advises for durations over HTTP, and what a slow receiver may take (60 s). */
const HTTP_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** Those that it advises for calls of databases. */
const DATABASE_SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

/**
 * Durations as Prometheus takes them. Names and labels are those of OpenTelemetry's semantic conventions for HTTP clients and
 * for databases; docs/operating/README.md says where they aren't, and why.
 */
export class PrometheusMeasurements implements Measurements {
  readonly #attempts;
  readonly #appends;

  /** @param eventStore what OpenTelemetry calls its kind by, such as `sqlite` */
  constructor(registry: Registry, eventStore: string) {
    this.#attempts = new Histogram({
      name: 'http_client_request_duration_seconds',
      help: 'How long requests to receivers took, by status code or error, and what follows for the delivery.',
      labelNames: ['http_request_method', 'http_response_status_code', 'error_type', 'outcome'] as const,
      buckets: HTTP_SECONDS,
      registers: [registry],
    });
    const appends = new Histogram({
      name: 'db_client_operation_duration_seconds',
      help: 'How long the event store took to make events durable, or to refuse them.',
      labelNames: ['db_system_name', 'db_operation_name'] as const,
      buckets: DATABASE_SECONDS,
      registers: [registry],
    });
    const labels = { db_system_name: eventStore, db_operation_name: 'append' };
    // There from the start, so that a rate can be told from the first append on.
    appends.zero(labels);
    this.#appends = appends.labels(labels);
  }

  attempted(outcome: AttemptOutcome): void {
    const labels = { http_request_method: 'POST', ...answerOf(outcome), outcome: classify(outcome) };
    this.#attempts.observe(labels, outcome.durationMs / 1000);
  }

  appended(durationMs: number): void {
    this.#appends.observe(durationMs / 1000);
  }
}

/** A status code that is none of HTTP's is `_OTHER`: receivers may make up as many as they like, and each would be a series. */
function answerOf(outcome: AttemptOutcome): { http_response_status_code?: number; error_type?: string } {
  if (outcome.kind === 'no-answer') return { error_type: outcome.error };
  const { statusCode } = outcome;
  if (STATUS_CODES[statusCode] === undefined) return { error_type: '_OTHER' };
  return {
    http_response_status_code: statusCode,
    ...(statusCode < 400 ? {} : { error_type: String(statusCode) }),
  };
}
