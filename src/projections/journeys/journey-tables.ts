/** Profiles that wait at a time delay. */
export interface JourneysTable {
  journey_id: string;
  flow_id: string;
  profile_id: string;
  /** The time delay. */
  action_id: string;
  /** Epoch milliseconds. */
  due_at: number;
}
