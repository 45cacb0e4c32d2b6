/** Deliveries counted by how they stand, as the server's analytics have it. */
export interface Totals {
  requested: number;
  succeeded: number;
  /** Due, under way or waiting for a retry. */
  waiting: number;
  failed: number;
  skipped: number;
  attempts: number;
}

export const NO_TOTALS: Totals = { requested: 0, succeeded: 0, waiting: 0, failed: 0, skipped: 0, attempts: 0 };

/** The totals of an answer to `GET /api/hookledger/analytics`. */
export const totalsOf = (answer: unknown): Totals =>
  (answer as { data: { attributes: { totals: Totals } } }).data.attributes.totals;
