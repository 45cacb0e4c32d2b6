import { expect } from 'chai';
import { Registry } from 'prom-client';
import {
  type MeasuredEngine,
  registerEngineMetrics,
} from '../../../src/infrastructure/observability/engine-metrics.js';

describe("The engine's metrics", () => {
  let away = false;
  const unlessAway = async <T>(value: T): Promise<T> => {
    if (away) throw new Error('the database is away');
    return value;
  };
  const engine: MeasuredEngine = {
    process: { version: '1.2.3', roles: ['api', 'projector'], concurrency: 256 },
    attemptsUnderWay: () => 7,
    projections: () => unlessAway([{ name: 'queue', lag: 3, stuck: true }]),
    processManagers: () => unlessAway([]),
    due: () => unlessAway(2),
    oldestDueAgeSeconds: () => unlessAway(1.5),
    backlog: async () => ({ waiting: 5, limit: 100 }),
    eventStoreBytes: async () => 1_000,
    readModelsBytes: () => unlessAway(2_000),
    actions: () => unlessAway({ suspended: 1, alerts: 4 }),
    deliveries: () => unlessAway({ succeeded: 1, waiting: 2, failed: 3, skipped: 4 }),
  };
  const registry = new Registry();
  before(() => registerEngineMetrics(registry, engine));

  /** The samples of our own. */
  const samples = async (): Promise<string[]> =>
    (await registry.metrics()).split('\n').filter((line) => /^(?:hookledger_|target_info)/.test(line));

  it('say what the engine says; a process that sends nothing has no places for it', async () => {
    expect(await samples())
      .to.include.members([
        'target_info{service_name="hookledger",service_version="1.2.3",hookledger_roles="api,projector"} 1',
        'hookledger_projection_lag_events{projection="queue"} 3',
        'hookledger_projection_stuck{projection="queue"} 1',
        'hookledger_deliveries_due 2',
        'hookledger_action_alerts_total 4',
        'hookledger_attempts_in_flight 0',
        'hookledger_attempts_limit 0',
      ])
      .and.have.lengthOf(17);
  });

  it('leave out what can not be read, rather than repeat what was, and show the rest', async () => {
    away = true;
    expect(await samples()).to.deep.equal([
      'target_info{service_name="hookledger",service_version="1.2.3",hookledger_roles="api,projector"} 1',
      'hookledger_attempts_in_flight 0',
      'hookledger_attempts_limit 0',
      'hookledger_backlog 5',
      'hookledger_backlog_limit 100',
      'hookledger_event_store_size_bytes 1000',
      // A counter that vanished would look as if it began anew.
      'hookledger_action_alerts_total 4',
    ]);
    away = false;
    expect(await samples()).to.have.lengthOf(17);
  });
});
