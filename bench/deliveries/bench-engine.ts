import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import type { CommandContext } from '../../src/application/command-context.js';
import { EventCommands } from '../../src/application/commands/events.js';
import { FlowCommands } from '../../src/application/commands/flows.js';
import { createContainer } from '../../src/container.js';
import { Engine } from '../../src/engine.js';
import { ProjectionProgress } from '../../src/projections/projection-progress.js';
import { readSettings } from '../../src/settings.js';
import { ReceiverProcess } from '../../tests/support/receiver-process.js';
import { temporaryFolder } from '../../tests/support/temporary-folder.js';

const METRIC = 'Placed Order';
const BODY = `{"order": {{ event.OrderId }}, "customer": "{{ person.first_name }}", "email": "{{ person.email }}",
"items": [{% for item in event.Items %}{"name": "{{ item.ProductName }}", "quantity": {{ item.Quantity }}}{% if not forloop.last %},{% endif %}{% endfor %}]}`;
const CONTEXT: CommandContext = {
  actor: { kind: 'cli', id: 'bench', name: 'bench' },
  correlationId: 'bench',
  causationId: 'bench',
};
const PROFILES = 100;

/** The whole engine on real files, with one live flow, and a receiver in a process of its own. */
export class BenchEngine {
  #next = 0;

  private constructor(
    private readonly engine: Engine,
    private readonly events: EventCommands,
    private readonly receiver: ReceiverProcess,
    private readonly folder: ReturnType<typeof temporaryFolder>,
    private readonly concurrency: number,
  ) {}

  static async start(concurrency: number): Promise<BenchEngine> {
    const folder = temporaryFolder();
    const receiver = await ReceiverProcess.start();
    const caPath = join(folder.path, 'ca.pem');
    writeFileSync(caPath, receiver.caPem);
    const settings = readSettings(
      { data: folder.path },
      {
        HOOKLEDGER_EXTRA_CA: caPath,
        HOOKLEDGER_ALLOW_NETWORKS: '127.0.0.0/8',
        HOOKLEDGER_ALLOW_PORTS: '*',
        HOOKLEDGER_CONCURRENCY: String(concurrency),
        HOOKLEDGER_CONCURRENCY_PER_ORIGIN: String(concurrency),
      },
    );
    const container = await createContainer(settings, pino({ level: 'silent' }));
    const engine = container.get(Engine);
    await engine.start();
    const [events, flows, progress] = [
      container.get(EventCommands),
      container.get(FlowCommands),
      container.get(ProjectionProgress),
    ];
    const { metricId } = (await events.createMetric(METRIC, CONTEXT)).result;
    const configuration = { name: 'bench', url: `${receiver.url}/hook`, headers: { 'x-shop': 'bench' }, body: BODY };
    const { result } = await flows.create(
      {
        name: 'bench',
        trigger: { type: 'metric', id: metricId },
        actions: [{ temporaryId: 'a', type: 'send-webhook', next: null, status: 'live', configuration }],
        entryActionId: 'a',
      },
      CONTEXT,
    );
    const { position } = await flows.changeStatus(result.flowId, 'live', CONTEXT);
    await progress.caughtUpTo(position);
    return new BenchEngine(engine, events, receiver, folder, concurrency);
  }

  get receiverUrl(): string {
    return `${this.receiver.url}/hook`;
  }

  get caPem(): string {
    return this.receiver.caPem;
  }

  /** A body of the size that the template makes. */
  sampleBody(): string {
    return `{"order": 10248, "customer": "Ana", "email": "customer-10@example.com", "items": [${'{"name": "Queso Cabrales", "quantity": 12},'.repeat(2)}{"name": "Mozzarella", "quantity": 5}]}`;
  }

  /** Reports `count` events and waits until each was delivered and that is recorded. @returns deliveries a second */
  async deliver(count: number): Promise<number> {
    const until = (await this.receiver.counts()).received + count;
    const startedAt = performance.now();
    let left = count;
    const reporter = async (): Promise<void> => {
      while (left-- > 0) await this.report();
    };
    await Promise.all(Array.from({ length: this.concurrency }, reporter));
    // Asked seldom, since asking takes time from what is measured.
    while ((await this.receiver.counts()).received < until) await new Promise((next) => setTimeout(next, 20));
    await this.engine.idle();
    const seconds = (performance.now() - startedAt) / 1000;
    return count / seconds;
  }

  async stop(): Promise<void> {
    await this.engine.stop();
    await this.receiver.stop();
    this.folder.remove();
  }

  private async report(): Promise<void> {
    const n = this.#next++;
    await this.events.receive(
      {
        metricName: METRIC,
        profile: { attributes: { email: `customer-${n % PROFILES}@example.com`, first_name: 'Ana' } },
        properties: {
          OrderId: n,
          Items: [
            { ProductName: 'Queso Cabrales', Quantity: 12 },
            { ProductName: 'Singaporean Hokkien Fried Mee', Quantity: 10 },
            { ProductName: 'Mozzarella di Giovanni', Quantity: 5 },
          ],
        },
        uniqueId: `order-${n}`,
      },
      CONTEXT,
    );
  }
}
