import { setTimeout as pause } from 'node:timers/promises';
import { type BackOff, waitMs } from './back-off.js';
import type { Connection, Node } from './connection.js';
import { ServerFailure, serverFailure, unusable } from './failures.js';

/** Makes calls that are tried again, with growing pauses, while what fails may pass, until a deadline. */
export class Calls {
  constructor(
    readonly connection: Connection,
    readonly deadlineMs: number,
    readonly backOff: BackOff,
  ) {}

  /**
   * @param attempt is made again after a failure that passes, so the same twice has to be as good as once
   * @throws EventStoreUnusable where it came to nothing; and whatever else `attempt` throws
   */
  async make<T>(attempt: (node: Node, deadline: number) => Promise<T>): Promise<T> {
    const begun = Date.now();
    const deadline = begun + this.deadlineMs;
    for (let tries = 1; ; tries++) {
      let node: Node | undefined;
      try {
        node = this.connection.current ?? (await before(deadline, this.connection.node()));
        return await attempt(node, deadline);
      } catch (error) {
        const failure = serverFailure(error);
        if (failure === undefined) throw error;
        if (node !== undefined) await this.connection.leave(node, failure);
        const wait = waitMs(this.backOff, tries);
        const now = Date.now();
        if (!failure.passes || now + wait >= deadline) throw unusable(this.connection.shown, failure, now - begun);
        await pause(wait);
      }
    }
  }
}

/** @throws ServerFailure where the deadline comes first */
async function before<T>(deadline: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const failure = new ServerFailure('unavailable', 'no node of the cluster answers');
    timer = setTimeout(() => reject(failure), Math.max(deadline - Date.now(), 0));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
