/** The read side that says which deliveries of a profile have not come to their end. */
export interface WaitingDeliveries {
  /** Their ids, as of the last event projected. */
  ofProfile(profileId: string): Promise<readonly string[]>;
}
