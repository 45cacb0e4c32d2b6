import { startEventStoreServerProcess } from '../../tests/support/event-store-server/event-store-server-process.js';
import { Installation } from '../../tests/support/installation.js';
import { startReceiver } from '../../tests/support/receiver.js';
import type { ServerProcess } from '../../tests/support/server-process.js';
import { type BenchResult, rounded } from '../result.js';

/** For each worker, so that each number of workers has the same time. */
const DELIVERIES = 2_000;
const LARGE = 100_000;
/** What a receiver takes to answer, and how many attempts a worker makes at once: so a worker is bound by waiting, as with real receivers. */
const ANSWER_MS = 200;
const AT_ONCE = 32;
const BULK = 1_000;

/**
 * One, two and four worker processes on PostgreSQL and an event store server: how much more is delivered a second. Then a
 * large load with workers killed at random: nothing may be lost, or attempted by two at once.
 */
export async function run(): Promise<BenchResult> {
  const rates: number[] = [];
  for (const workers of [1, 2, 4]) rates.push(await rateOf(workers));
  const [one, two, four] = rates as [number, number, number];
  const deliveries = Number(process.env.BENCH_KILLED_DELIVERIES ?? LARGE);
  return {
    name: 'deliveries a second by four workers against one',
    ratio: four / one,
    target: 2,
    detail: {
      'by one worker': rounded(one, 0),
      'two against one': rounded(two / one),
      'four against one': rounded(four / one),
      ...(await withWorkersKilled(deliveries)),
    },
  };
}

async function rateOf(workers: number): Promise<number> {
  return withInstallation(async ({ start, send, receiver, expected }) => {
    await start(['api', 'projector']);
    const deliveries = DELIVERIES * workers;
    await send(deliveries);
    await Promise.all(Array.from({ length: workers }, () => start(['worker'])));
    // From here on, so that starting the processes doesn't count.
    const first = receiver.received;
    const began = performance.now();
    await expected(deliveries);
    return ((receiver.received - first) / (performance.now() - began)) * 1000;
  }, ANSWER_MS);
}

async function withWorkersKilled(deliveries: number): Promise<Record<string, number>> {
  return withInstallation(async ({ start, send, receiver, expected }) => {
    await start(['api', 'projector']);
    const workers: ServerProcess[] = [await start(['worker']), await start(['worker']), await start(['worker'])];
    let [done, killed] = [false, 0];
    const killing = (async () => {
      while (!done) {
        const before = receiver.received;
        while (!done && receiver.received < before + 4_000) await new Promise((next) => setTimeout(next, 20));
        if (done) return;
        const [victim] = workers.splice(Math.floor(Math.random() * workers.length), 1) as [ServerProcess];
        await victim.end('SIGKILL');
        killed++;
        workers.push(await start(['worker']));
      }
    })();
    await send(deliveries);
    await expected(deliveries);
    done = true;
    await killing;
    return {
      'with workers killed: deliveries': deliveries,
      'with workers killed: workers killed': killed,
      'with workers killed: received': receiver.receivedById.size,
      'with workers killed: requests': receiver.received,
      'with workers killed: attempted by two at once': receiver.overlaps,
    };
  }, 5);
}

interface Stage {
  start(roles: Parameters<Installation['start']>[0]): Promise<ServerProcess>;
  /** Reports this many events, a delivery each. */
  send(events: number): Promise<void>;
  receiver: Awaited<ReturnType<typeof startReceiver>>;
  /** Resolves once each of so many deliveries has been received. */
  expected(deliveries: number): Promise<void>;
}

async function withInstallation<T>(use: (stage: Stage) => Promise<T>, delayMs: number): Promise<T> {
  const eventStore = await startEventStoreServerProcess();
  const installation = await Installation.make({
    HOOKLEDGER_EVENT_STORE: eventStore.url,
    HOOKLEDGER_CONCURRENCY: String(AT_ONCE),
    HOOKLEDGER_CONCURRENCY_PER_ORIGIN: '1000',
  });
  const receiver = await startReceiver({ ca: installation.ca, answer: () => ({ status: 200, delayMs }) });
  let api: ServerProcess | undefined;
  let key = '';
  const ask = async (path: string, body: object, method = 'POST'): Promise<{ data: { id: string } }> => {
    const response = await fetch(`${api?.url}${path}`, {
      method,
      headers: {
        authorization: `Klaviyo-API-Key ${key}`,
        revision: '2026-07-15',
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
    return text === '' ? { data: { id: '' } } : JSON.parse(text);
  };
  const start = async (roles: Parameters<Installation['start']>[0]): Promise<ServerProcess> => {
    const started = await installation.start(roles);
    if (roles.includes('api')) {
      api = started;
      key = await installation.apiKey();
      await liveFlow(ask, `${receiver.url}/hook`);
    }
    return started;
  };
  const send = async (events: number): Promise<void> => {
    for (let from = 0; from < events; from += BULK) {
      const data = Array.from({ length: Math.min(BULK, events - from) }, (_, n) => eventJob(from + n));
      await ask('/api/event-bulk-create-jobs', {
        data: { type: 'event-bulk-create-job', attributes: { 'events-bulk-create': { data } } },
      });
    }
  };
  const expected = async (deliveries: number): Promise<void> => {
    while (receiver.receivedById.size < deliveries) await new Promise((next) => setTimeout(next, 20));
  };
  try {
    return await use({ start, send, receiver, expected });
  } finally {
    await installation.remove();
    await receiver.close();
    await eventStore.end();
  }
}

async function liveFlow(
  ask: (path: string, body: object, method?: string) => Promise<{ data: { id: string } }>,
  url: string,
): Promise<void> {
  const metric = await ask('/api/hookledger/metrics', { data: { type: 'metric', attributes: { name: 'bench' } } });
  const message = { name: 'bench', url, headers: {}, body: '{"n": "{{ event.n }}"}' };
  const definition = {
    triggers: [{ type: 'metric', id: metric.data.id }],
    entry_action_id: 'a',
    actions: [{ temporary_id: 'a', type: 'send-webhook', links: { next: null }, data: { status: 'live', message } }],
  };
  const flow = await ask('/api/flows', { data: { type: 'flow', attributes: { name: 'bench', definition } } });
  const { id } = flow.data;
  await ask(`/api/flows/${id}`, { data: { type: 'flow', id, attributes: { status: 'live' } } }, 'PATCH');
}

const eventJob = (n: number): object => ({
  type: 'event-bulk-create',
  attributes: {
    profile: { data: { type: 'profile', attributes: { external_id: `p${n % 1_000}` } } },
    events: {
      data: [
        {
          type: 'event',
          attributes: {
            metric: { data: { type: 'metric', attributes: { name: 'bench' } } },
            properties: { n },
            unique_id: String(n),
          },
        },
      ],
    },
  },
});
