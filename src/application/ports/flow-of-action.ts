/** The read side that says which flow a time delay or a conditional split is of; webhook actions say so themselves. */
export interface FlowOfAction {
  flowOf(actionId: string): Promise<string | undefined>;
}
