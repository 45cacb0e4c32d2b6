import { Agent } from 'undici';
import { DEFAULT_WORKER_LIMITS } from '../../src/application/delivery/delivery-worker.js';
import { type BenchResult, median, rounded } from '../result.js';
import { BenchEngine } from './bench-engine.js';

const DELIVERIES = 6_000;
const ROUNDS = 5;

/**
 * Durable deliveries end to end (event received -> request recorded -> attempt recorded -> POST -> outcome recorded, each
 * step synced to the disk, all read models kept) against bare undici POSTs of the same bytes to the same HTTPS receiver,
 * in a process of its own, with as many connections, all of them open before. Both in turn; medians. At as many at once as
 * the engine has by default; with fewer, in the detail, fewer deliveries share a commit.
 */
export async function run(): Promise<BenchResult> {
  const atDefault = await compare(DEFAULT_WORKER_LIMITS.concurrency);
  const at64 = await compare(64);
  return {
    name: `durable deliveries against bare undici POSTs, ${DEFAULT_WORKER_LIMITS.concurrency} at once`,
    ratio: atDefault.ratio,
    target: 0.25,
    detail: {
      'deliveries a second': rounded(atDefault.ours, 0),
      'bare POSTs a second': rounded(atDefault.bare, 0),
      '64 at once, ratio': rounded(at64.ratio),
      '64 at once, deliveries a second': rounded(at64.ours, 0),
      '64 at once, bare POSTs a second': rounded(at64.bare, 0),
    },
  };
}

async function compare(concurrency: number): Promise<{ ratio: number; ours: number; bare: number }> {
  const bench = await BenchEngine.start(concurrency);
  const agent = new Agent({ connections: concurrency, connect: { ca: bench.caPem } });
  try {
    const [ours, bare]: [number[], number[]] = [[], []];
    await bench.deliver(DELIVERIES / 2);
    await barePosts(bench, agent, concurrency, DELIVERIES / 2);
    for (let round = 0; round < ROUNDS; round++) {
      bare.push(await barePosts(bench, agent, concurrency, DELIVERIES));
      ours.push(await bench.deliver(DELIVERIES));
    }
    return { ratio: median(ours) / median(bare), ours: median(ours), bare: median(bare) };
  } finally {
    await agent.close();
    await bench.stop();
  }
}

/** @returns POSTs a second */
async function barePosts(bench: BenchEngine, agent: Agent, concurrency: number, count: number): Promise<number> {
  const { origin, pathname } = new URL(bench.receiverUrl);
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
  await Promise.all(Array.from({ length: concurrency }, poster));
  return count / ((performance.now() - startedAt) / 1000);
}
