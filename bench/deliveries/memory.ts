import { type BenchResult, median, rounded } from '../result.js';
import { BenchEngine } from './bench-engine.js';

const CONCURRENCY = 64;
const PORTIONS = 20;
const PORTION = 5_000;

/**
 * Memory over 100,000 deliveries: the heap in use after a collection, after each portion. The ratio is that of the middle of
 * the first half (after the warm-up) to that of the second: 1 is flat, less is growth.
 */
export async function run(): Promise<BenchResult> {
  const bench = await BenchEngine.start(CONCURRENCY);
  try {
    const heaps: number[] = [];
    const resident: number[] = [];
    for (let portion = 0; portion < PORTIONS; portion++) {
      await bench.deliver(PORTION);
      globalThis.gc?.();
      const { heapUsed, external, rss } = process.memoryUsage();
      heaps.push((heapUsed + external) / 2 ** 20);
      resident.push(rss / 2 ** 20);
    }
    const half = PORTIONS / 2;
    const [first, second] = [heaps.slice(2, half), heaps.slice(half)];
    return {
      name: `memory over ${PORTIONS * PORTION} deliveries, first half against second`,
      ratio: median(first) / median(second),
      target: 0.9,
      detail: {
        'heap after each portion, MiB': heaps.map((heap) => rounded(heap, 0)).join(' '),
        'resident, MiB': resident.map((size) => rounded(size, 0)).join(' '),
      },
    };
  } finally {
    await bench.stop();
  }
}
