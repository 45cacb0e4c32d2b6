import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { EventCommands } from '../../src/application/commands/events.js';
import { FlowCommands } from '../../src/application/commands/flows.js';
import { createContainer, TOKENS } from '../../src/container.js';
import type { HookledgerEvent } from '../../src/domain/events.js';
import { Engine } from '../../src/engine.js';
import { ProjectionProgress } from '../../src/projections/projection-progress.js';
import { readSettings } from '../../src/settings.js';
import { CertificateAuthority } from '../../tests/support/certificate-authority.js';
import { type Answer, startReceiver } from '../../tests/support/receiver.js';
import { temporaryFolder } from '../../tests/support/temporary-folder.js';
import { type BenchResult, median, rounded } from '../result.js';

const EVENTS = 1_500;
/** Events are sent at this pace, far below what the engine can do: what is measured is waiting, not capacity. */
const EVERY_MS = 4;
const ROUNDS = 3;
const CONTEXT = {
  actor: { kind: 'engine', id: 'bench', name: 'bench' },
  correlationId: 'bench',
  causationId: 'bench',
} as const;

/** How long healthy receivers wait for their deliveries while another one never answers, against when it does. */
export async function run(): Promise<BenchResult> {
  const [without, withDead]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    without.push(await p99OfTheHealthy({ status: 200 }));
    withDead.push(await p99OfTheHealthy('hang'));
  }
  return {
    name: 'p99 of healthy receivers without a dead one against with one',
    ratio: median(without) / median(withDead),
    // The dead one may cost the others half of their time again.
    target: rounded(1 / 1.5),
    detail: { 'p99 ms without': rounded(median(without)), 'p99 ms with': rounded(median(withDead)) },
  };
}

/** Milliseconds from the request of a delivery to its success; each event goes to a healthy receiver and to another. */
async function p99OfTheHealthy(other: Answer): Promise<number> {
  const folder = temporaryFolder();
  const ca = await CertificateAuthority.create();
  const caPath = join(folder.path, 'ca.pem');
  writeFileSync(caPath, ca.pem);
  const healthy = await startReceiver({ ca, answer: () => ({ status: 200 }) });
  const second = await startReceiver({ ca, answer: () => other });
  const settings = readSettings(
    { data: folder.path },
    { HOOKLEDGER_EXTRA_CA: caPath, HOOKLEDGER_ALLOW_NETWORKS: '127.0.0.0/8', HOOKLEDGER_ALLOW_PORTS: '*' },
  );
  const container = await createContainer(settings, pino({ level: 'silent' }));
  const engine = container.get(Engine);
  await engine.start();
  try {
    const [events, flows] = [container.get(EventCommands), container.get(FlowCommands)];
    const { metricId } = (await events.createMetric('bench', CONTEXT)).result;
    const actions = [healthy, second].map(({ url }, index) => ({
      temporaryId: `a${index}`,
      type: 'send-webhook' as const,
      next: index === 0 ? 'a1' : null,
      status: 'live' as const,
      configuration: { name: 'bench', url: `${url}/hook`, headers: {}, body: '{"n": "{{ event.n }}"}' },
    }));
    const trigger = { type: 'metric', id: metricId } as const;
    const { result } = await flows.create({ name: 'bench', trigger, actions, entryActionId: 'a0' }, CONTEXT);
    const { position } = await flows.changeStatus(result.flowId, 'live', CONTEXT);
    await container.get(ProjectionProgress).caughtUpTo(position);
    const [healthyAction] = result.actionIds;
    for (let n = 0; n < EVENTS; n++) {
      const event = { metricName: 'bench', profile: { attributes: { external_id: `p${n}` } }, properties: { n } };
      void events.receive({ ...event, uniqueId: String(n) }, CONTEXT);
      await new Promise((next) => setTimeout(next, EVERY_MS));
    }
    while (healthy.received < EVENTS) await new Promise((next) => setTimeout(next, 50));
    const requestedAt = new Map<string, number>();
    const took: number[] = [];
    for await (const batch of container.get(TOKENS.EventStore).readAll()) {
      for (const { stream, type, data, metadata } of batch) {
        const { actionId } = data as { actionId?: string };
        if (actionId !== healthyAction) continue;
        const event = type as HookledgerEvent['type'];
        if (event === 'DeliveryRequested') requestedAt.set(stream, Date.parse(metadata.time));
        else if (event === 'DeliverySucceeded')
          took.push(Date.parse(metadata.time) - (requestedAt.get(stream) as number));
      }
    }
    took.sort((a, b) => a - b);
    return Math.max(1, took[Math.floor(took.length * 0.99)] as number);
  } finally {
    // What hangs would be waited for.
    await second.close();
    await engine.stop();
    await healthy.close();
    folder.remove();
  }
}
