/** How it goes with a webhook action, by its deliveries' events. */
export interface ActionHealthState {
  /** What the failures are of, as the action counts it; see `WebhookActionState`. */
  term: number;
  /**
   * Since when attempts have failed and none succeeded, in epoch milliseconds; how many, and the last one's code. Undefined
   * while it goes well.
   */
  failing: { since: number; attempts: number; code: string } | undefined;
  /** How many deliveries failed or were skipped for good in each minute, counted from 1970 on; of one day at the most. */
  finalFailures: readonly (readonly [minute: number, failures: number])[];
}

export interface ActionHealth {
  /** Undefined where there is no such action, or it was removed. */
  health(actionId: string): Promise<ActionHealthState | undefined>;
}
