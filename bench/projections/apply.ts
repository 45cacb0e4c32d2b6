import { join } from 'node:path';
import type { EventStore, NewEvent } from '../../src/application/ports/event-store.js';
import { SILENT } from '../../src/application/ports/logger.js';
import { SqliteEventStore } from '../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import { SqliteReadModels } from '../../src/infrastructure/read-models/sqlite/sqlite-read-models.js';
import { KeyVault } from '../../src/infrastructure/security/key-vault.js';
import { openKeys } from '../../src/infrastructure/security/open-keys.js';
import { SealingEventStore } from '../../src/infrastructure/security/sealing-event-store.js';
import { temporaryFolder } from '../../tests/support/temporary-folder.js';
import { type BenchResult, median, rounded } from '../result.js';

const DELIVERIES = 20_000;
const ACTIONS = 8;
const ROUNDS = 3;

/** Building every read model from the log, against reading the log alone: what the tables cost. */
export async function run(): Promise<BenchResult> {
  const folder = temporaryFolder();
  const eventStore = SqliteEventStore.open(join(folder.path, 'events.db'));
  const keys = await openKeys(
    { dataDir: folder.path, readModels: { kind: 'sqlite', path: join(folder.path, 'read.db') }, masterKeys: [] },
    SILENT,
  );
  const vault = new KeyVault(keys);
  try {
    await record(new SealingEventStore(eventStore, vault));
    const [reading, building]: [number[], number[]] = [[], []];
    let events = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const began = performance.now();
      events = 0;
      for await (const batch of eventStore.readAll()) events += batch.length;
      reading.push(performance.now() - began);
      const building_began = performance.now();
      await SqliteReadModels.rebuild(eventStore, vault, join(folder.path, 'read.db'));
      building.push(performance.now() - building_began);
    }
    return {
      name: 'building the read models against reading the log',
      ratio: median(reading) / median(building),
      target: 0,
      detail: {
        events,
        'events projected a second': rounded((events / median(building)) * 1000, 0),
        'events read a second': rounded((events / median(reading)) * 1000, 0),
      },
    };
  } finally {
    await keys.close();
    await eventStore.close();
    folder.remove();
  }
}

/** Deliveries of which each fourth is retried once. */
async function record(eventStore: EventStore): Promise<void> {
  let time = Date.UTC(2026, 0, 1);
  const actor = { kind: 'engine', id: 'bench', name: 'bench' } as const;
  const event = (type: string, data: object): NewEvent => {
    time += 50;
    const recordedAt = new Date(time).toISOString();
    const metadata = { correlationId: 'bench', causationId: 'bench', actor, time: recordedAt, schemaVersion: 1 };
    return { id: crypto.randomUUID(), type, data, metadata };
  };
  const url = 'https://127.0.0.1:1001/hook';
  for (let action = 0; action < ACTIONS; action++) {
    const configuration = { flowId: 'flow', revision: 1, name: 'bench', url, headers: {}, body: '{}' };
    await eventStore.append(`webhook-action-${action}`, 'no-stream', [event('WebhookActionConfigured', configuration)]);
  }
  const append = async (n: number): Promise<void> => {
    const of = { actionId: String(n % ACTIONS), flowId: 'flow' };
    const at = new Date(time).toISOString();
    const requested = {
      ...of,
      triggerId: `t-${n}`,
      profileId: `p-${n % 100}`,
      actionRevision: 1,
      url,
      body: '{"n": 1}',
      requestedAt: at,
    };
    const outcome = { kind: 'answer', statusCode: 503, durationMs: 40 };
    const retried =
      n % 4 !== 0
        ? []
        : [
            event('DeliveryAttempted', { ...of, attempt: 1, url, workerId: 'w' }),
            event('DeliveryAttemptFailed', { ...of, attempt: 1, outcome, failedAt: at }),
            event('DeliveryRetried', { ...of, attempt: 2, dueAt: at, reason: '503', random: 0.5 }),
          ];
    const attempt = retried.length === 0 ? 1 : 2;
    await eventStore.append(`delivery-${crypto.randomUUID()}`, 'no-stream', [
      event('DeliveryRequested', requested),
      ...retried,
      event('DeliveryAttempted', { ...of, attempt, url, workerId: 'w' }),
      event('DeliverySucceeded', { ...of, attempt, statusCode: 200, durationMs: 12 }),
    ]);
  };
  for (let n = 0; n < DELIVERIES; n += 100) await Promise.all(Array.from({ length: 100 }, (_, k) => append(n + k)));
}
