/**
 * What happened to an action's deliveries in one hour (of the time it was recorded), counted by one value of one measure:
 *
 * | measure | values |
 * | --- | --- |
 * | `delivery` | requested, attempted, retried, succeeded, failed, skipped; resent_failed, resent_skipped: by the queue it left |
 * | `code` | outcomes of attempts: status codes and errors |
 * | `attempts` | how many attempts an ended delivery took |
 * | `response_ms` | classes of how long receivers took to answer |
 */
export interface WebhookCountsTable {
  action_id: string;
  flow_id: string;
  /** `2026-01-31T09:00:00.000Z` */
  hour: string;
  measure: Measure;
  value: string;
  count: number;
}

export type Measure = 'delivery' | 'code' | 'attempts' | 'response_ms';
