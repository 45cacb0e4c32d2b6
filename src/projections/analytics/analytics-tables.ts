/**
 * What happened to an action's deliveries in one span of time (in which it was recorded), counted by one value of one measure:
 *
 * | measure | values |
 * | --- | --- |
 * | `delivery` | requested, attempted, retried, succeeded, failed, skipped; resent_failed, resent_skipped: by the queue it left |
 * | `code` | outcomes of attempts: status codes and errors |
 * | `attempts` | how many attempts an ended delivery took |
 * | `response_ms` | classes of how long receivers took to answer |
 * | `failing_origin` | where attempts failed: the origin that the action pointed at; as many as it ever pointed at |
 *
 * Each is counted in spans of several lengths, so that a day and a year are both read from some hundred of them.
 */
export interface WebhookCountsTable {
  span: Span;
  measure: Measure;
  /** When the span begins: `2026-01-31T09:00:00.000Z`; empty in `ever`. */
  begins_at: string;
  action_id: string;
  value: string;
  flow_id: string;
  count: number;
}

/** Those of five minutes are kept for some days; in `ever` only deliveries are counted. Days are those of UTC. */
export type Span = 'five_minutes' | 'hour' | 'day' | 'ever';

export type Measure = 'delivery' | 'code' | 'attempts' | 'response_ms' | 'failing_origin';

/** Where each action points at, for what fails there. */
export interface WebhookOriginsTable {
  action_id: string;
  origin: string;
}
