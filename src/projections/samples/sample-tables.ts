/** The newest triggers with event variables, some of each source: what previews are made with. */
export interface TriggerSamplesTable {
  trigger_id: string;
  /** The metric; of a price drop or low inventory, the flow. */
  source_id: string;
  profile_id: string;
  occurred_at: string;
  position: number;
}
