/** How it goes with each webhook action that was not removed: what suspensions and alerts are decided by. */
export interface ActionHealthTable {
  action_id: string;
  /** What the failures are of, as the action's own state counts it. */
  term: number;
  /** The first failed attempt after which none succeeded; null while it goes well. */
  failing_since: string | null;
  /** Failed attempts since `failing_since`. */
  failures: number;
  last_code: string | null;
  /** JSON: [minute, failures][] of the deliveries that came to a bad end within a day. */
  final_failures: string;
  suspended: number;
  /** Alerts given so far. */
  alerts: number;
}
