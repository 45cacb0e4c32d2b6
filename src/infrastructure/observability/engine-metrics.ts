import { Counter, collectDefaultMetrics, Gauge, type Registry } from 'prom-client';

/** What the metrics are read from, each time that they are asked for. */
export interface MeasuredEngine {
  /** What doesn't change while the process runs. */
  readonly process: { version: string; roles: readonly string[]; concurrency: number };
  attemptsUnderWay(): number;
  /** Events that each projection is behind, and whether it is stuck. */
  projections(): Promise<readonly { name: string; lag: number; stuck: boolean }[]>;
  /** Events that each process manager is behind by its checkpoint. */
  processManagers(): Promise<readonly { name: string; lag: number }[]>;
  /** How many deliveries may be claimed now. */
  due(): Promise<number>;
  /** For how long the first of them has waited; 0 where there is none. */
  oldestDueAgeSeconds(): Promise<number>;
  /** What HOOKLEDGER_MAX_BACKLOG limits, and that limit; 0 for none. */
  backlog(): Promise<{ waiting: number; limit: number }>;
  eventStoreBytes(): Promise<number>;
  readModelsBytes(): Promise<number>;
  /** How many are suspended now, and how many alerts were given. */
  actions(): Promise<{ suspended: number; alerts: number }>;
  /** Deliveries by how they stand now. */
  deliveries(): Promise<Readonly<Record<'succeeded' | 'waiting' | 'failed' | 'skipped', number>>>;
}

type Values = readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[];

/**
 * The engine's own figures beside those of the process; docs/operating/README.md says what each means. A figure that can't be
 * read, since a store is away, is left out, and the others are shown all the same.
 */
export function registerEngineMetrics(registry: Registry, engine: MeasuredEngine): void {
  collectDefaultMetrics({ register: registry });

  /** @param read called for each look; what it names no more is shown no more */
  function gauge(
    name: string,
    help: string,
    labelNames: readonly string[],
    read: () => Values | Promise<Values>,
  ): void {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        const values = await Promise.resolve()
          .then(read)
          .catch((): Values => []);
        this.reset();
        if (labelNames.length === 0 && values.length === 0) this.remove();
        for (const [labels, value] of values) this.set(labels, value);
      },
    });
  }
  const plain = (name: string, help: string, read: () => number | Promise<number>): void =>
    gauge(name, help, [], async () => [[{}, await read()]]);

  const { version, roles, concurrency } = engine.process;
  // OpenTelemetry's name, as exported to Prometheus, for what is told of a process.
  gauge(
    'target_info',
    'The process: its version and its roles. Always 1.',
    ['service_name', 'service_version', 'hookledger_roles'],
    () => [[{ service_name: 'hookledger', service_version: version, hookledger_roles: roles.join(',') }, 1]],
  );

  gauge('hookledger_deliveries', 'Deliveries by how they stand now.', ['status'], async () => {
    const { succeeded, waiting, failed, skipped } = await engine.deliveries();
    return Object.entries({ succeeded, waiting, failed, skipped }).map(([status, count]) => [{ status }, count]);
  });
  plain('hookledger_deliveries_due', 'Deliveries that could be claimed now, counted up to 10,000.', () => engine.due());
  plain(
    'hookledger_deliveries_oldest_due_age_seconds',
    'For how long the first delivery that could be claimed has waited; 0 where none could.',
    () => engine.oldestDueAgeSeconds(),
  );
  plain('hookledger_attempts_in_flight', 'Webhook attempts under way now, in this process.', () =>
    roles.includes('worker') ? engine.attemptsUnderWay() : 0,
  );
  plain('hookledger_attempts_limit', 'Webhook attempts that may be under way at once, in this process.', () =>
    roles.includes('worker') ? concurrency : 0,
  );

  plain(
    'hookledger_backlog',
    'Deliveries that are due and not under way, and events that the read models have not taken in yet.',
    async () => (await engine.backlog()).waiting,
  );
  plain(
    'hookledger_backlog_limit',
    'The backlog above which no more events are taken; 0 for no limit.',
    async () => (await engine.backlog()).limit,
  );

  gauge(
    'hookledger_projection_lag_events',
    'Events that a read model has not taken in yet.',
    ['projection'],
    async () => (await engine.projections()).map(({ name, lag }) => [{ projection: name }, lag]),
  );
  gauge(
    'hookledger_projection_stuck',
    'Whether a read model can not take in the next events: 1 where it is stuck.',
    ['projection'],
    async () => (await engine.projections()).map(({ name, stuck }) => [{ projection: name }, stuck ? 1 : 0]),
  );
  gauge(
    'hookledger_process_manager_lag_events',
    "Events after a process manager's checkpoint, which is kept only now and then.",
    ['process_manager'],
    async () => (await engine.processManagers()).map(({ name, lag }) => [{ process_manager: name }, lag]),
  );

  plain('hookledger_event_store_size_bytes', 'What the events take up on the disk.', () => engine.eventStoreBytes());
  plain('hookledger_read_models_size_bytes', 'What the read models take up on the disk, with indexes.', () =>
    engine.readModelsBytes(),
  );

  plain(
    'hookledger_actions_suspended',
    'Webhook actions that the engine suspended and nobody resumed yet.',
    async () => (await engine.actions()).suspended,
  );
  new Counter({
    name: 'hookledger_action_alerts_total',
    help: 'Alerts that an action failed too much, of the actions that there are.',
    registers: [registry],
    async collect() {
      const alerts = await engine.actions().then(
        (actions) => actions.alerts,
        () => undefined,
      );
      if (alerts === undefined) return;
      this.reset();
      this.inc(alerts);
    },
  });
}
