import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client';

/** What the metrics are read from. */
export interface MeasuredEngine {
  readonly attemptsUnderWay: number;
  lag(): Promise<number>;
}

/** The engine's own figures beside those of the process; each is read when it is asked for. */
export function registerEngineMetrics(registry: Registry, engine: MeasuredEngine): void {
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'hookledger_attempts_in_flight',
    help: 'Webhook attempts under way now.',
    registers: [registry],
    collect() {
      this.set(engine.attemptsUnderWay);
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
}
