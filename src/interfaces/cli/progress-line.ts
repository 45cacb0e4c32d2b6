/** Progress on one line of a terminal; nothing where nobody looks. */
export function progressLine(what = 'up to position'): { show(done: number, all: number): void; end(): void } {
  if (!process.stderr.isTTY) return { show: () => {}, end: () => {} };
  return {
    show: (done, all) => process.stderr.write(`\r${what} ${done} of ${all} …`),
    end: () => process.stderr.write('\r\x1b[K'),
  };
}
