import { Counter, collectDefaultMetrics, Gauge, type Registry } from 'prom-client';

/** What the metrics are read from, each time that they are asked for. */
export interface MeasuredEngine {
  attemptsUnderWay(): number;
  /** Events that the read models are behind. */
  lag(): Promise<number>;
  /** What HOOKLEDGER_MAX_BACKLOG limits. */
  backlog(): Promise<number>;
  /** How many are suspended now, and how many alerts were given. */
  actions(): Promise<{ suspended: number; alerts: number }>;
  /** Deliveries by how they stand now. */
  deliveries(): Promise<Readonly<Record<'succeeded' | 'waiting' | 'failed' | 'skipped', number>>>;
}

/** The engine's own figures beside those of the process; docs/operating/README.md says what each means. */
export function registerEngineMetrics(registry: Registry, engine: MeasuredEngine): void {
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'hookledger_attempts_in_flight',
    help: 'Webhook attempts under way now.',
    registers: [registry],
    collect() {
      this.set(engine.attemptsUnderWay());
    },
  });
  new Gauge({
    name: 'hookledger_projection_lag_events',
    help: 'Events that the read models have not taken in yet.',
    registers: [registry],
    async collect() {
      this.set(await engine.lag());
    },
  });
  new Gauge({
    name: 'hookledger_backlog',
    help: 'Deliveries that are due and not under way, and events that the read models have not taken in yet.',
    registers: [registry],
    async collect() {
      this.set(await engine.backlog());
    },
  });
  new Gauge({
    name: 'hookledger_actions_suspended',
    help: 'Webhook actions that the engine suspended and nobody resumed yet.',
    registers: [registry],
    async collect() {
      this.set((await engine.actions()).suspended);
    },
  });
  new Counter({
    name: 'hookledger_action_alerts_total',
    help: 'Alerts that an action failed too much, of the actions that there are.',
    registers: [registry],
    async collect() {
      this.reset();
      this.inc((await engine.actions()).alerts);
    },
  });
  new Gauge({
    name: 'hookledger_deliveries',
    help: 'Deliveries by how they stand now.',
    labelNames: ['status'] as const,
    registers: [registry],
    async collect() {
      const { succeeded, waiting, failed, skipped } = await engine.deliveries();
      for (const [status, count] of Object.entries({ succeeded, waiting, failed, skipped }))
        this.set({ status }, count);
    },
  });
}
