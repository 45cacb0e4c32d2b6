/** Waits until `condition` gives something other than undefined or false; fails with `what` after `withinMs`. */
export async function eventually<T>(
  what: string,
  condition: () => Promise<T | undefined | false> | T | undefined | false,
  withinMs = 30_000,
): Promise<T> {
  const until = Date.now() + withinMs;
  for (;;) {
    const found = await condition();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > until) throw new Error(`Waited ${withinMs} ms in vain: ${what}`);
    await new Promise((next) => setTimeout(next, 10));
  }
}

/**
 * Waits until all is done, however long that takes where the machine is busy; fails with `what` once `progress` has stood
 * still for `stalledMs`.
 */
export async function untilDone(
  what: string,
  done: () => Promise<boolean>,
  progress: () => number,
  stalledMs = 30_000,
): Promise<void> {
  let [seen, since] = [progress(), Date.now()];
  while (!(await done())) {
    if (progress() !== seen) [seen, since] = [progress(), Date.now()];
    if (Date.now() - since > stalledMs) throw new Error(`Nothing has moved on for ${stalledMs} ms: ${what}`);
    await new Promise((next) => setTimeout(next, 10));
  }
}
