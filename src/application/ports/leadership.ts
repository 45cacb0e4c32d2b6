/** Work that one process at a time may do, of all that share the read side. */
export interface Leadership {
  /**
   * Runs `work` while this process leads `name`, again and again, until `stop` aborts; resolves then. The signal that work
   * is given aborts when the lead is lost or `stop` aborts; work ends soon after that.
   */
  lead(name: string, stop: AbortSignal, work: (signal: AbortSignal) => Promise<void>): Promise<void>;
}

/** For a process that is alone: it leads everything. */
export const ALONE: Leadership = {
  async lead(_name, stop, work) {
    while (!stop.aborted) await work(stop);
  },
};
