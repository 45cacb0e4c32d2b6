import { Agent } from 'undici';
import { type BenchResult, median, rounded } from '../result.js';
import { BenchEngine } from './bench-engine.js';

const CONCURRENCY = 64;
const DELIVERIES = 4_000;
const ROUNDS = 3;

/**
 * Durable deliveries end to end (event received -> request recorded -> attempt recorded -> POST -> outcome recorded, each
 * step synced to the disk, all read models kept) against bare undici POSTs of the same bytes to the same HTTPS receiver,
 * in a process of its own, with as many connections. Both in turn; medians.
 */
export async function run(): Promise<BenchResult> {
  const bench = await BenchEngine.start(CONCURRENCY);
  try {
    await bench.deliver(500);
    await barePosts(bench, 500);
    const ours: number[] = [];
    const bare: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      bare.push(await barePosts(bench, DELIVERIES));
      ours.push(await bench.deliver(DELIVERIES));
    }
    return {
      name: `durable deliveries against bare undici POSTs, ${CONCURRENCY} at once`,
      ratio: median(ours) / median(bare),
      target: 0.25,
      detail: {
        'deliveries a second': rounded(median(ours), 0),
        'bare POSTs a second': rounded(median(bare), 0),
        rounds: ROUNDS,
        'deliveries a round': DELIVERIES,
      },
    };
  } finally {
    await bench.stop();
  }
}

/** @returns POSTs a second */
async function barePosts(bench: BenchEngine, count: number): Promise<number> {
  const { origin, pathname } = new URL(bench.receiverUrl);
  const agent = new Agent({ connections: CONCURRENCY, connect: { ca: bench.caPem } });
  const body = bench.sampleBody();
  const headers = { 'content-type': 'application/json', 'webhook-id': 'bare' };
  let left = count;
  const poster = async (): Promise<void> => {
    while (left-- > 0) {
      const answer = await agent.request({ origin, path: pathname, method: 'POST', headers, body });
      await answer.body.dump();
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: CONCURRENCY }, poster));
  const seconds = (performance.now() - startedAt) / 1000;
  await agent.close();
  return count / seconds;
}
