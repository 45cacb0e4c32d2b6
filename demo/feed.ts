/** How many requests are under way at once. */
const IN_FLIGHT = 16;

/**
 * Gives each item to `send`, beginning in order, {@link IN_FLIGHT} at once; at a steady pace where `perSecond` is given.
 * Stops at the first failure, or quietly when `signal` aborts.
 */
export async function feed<T>(
  items: readonly T[],
  send: (item: T, index: number) => Promise<void>,
  { perSecond, signal }: { perSecond?: number; signal?: AbortSignal } = {},
): Promise<void> {
  const startedAt = performance.now();
  let next = 0;
  let failed = false;

  async function sender(): Promise<void> {
    while (next < items.length && !failed && !signal?.aborted) {
      const index = next++;
      if (perSecond !== undefined) await until(startedAt + (index * 1000) / perSecond, signal);
      if (failed || signal?.aborted) return;
      try {
        await send(items[index] as T, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, sender));
}

/** @param at as performance.now() counts */
function until(at: number, signal?: AbortSignal): Promise<void> {
  const wait = at - performance.now();
  if (wait <= 0 || signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, wait);
    signal?.addEventListener('abort', done);
  });
}
