import type { EventStore, RecordedEvent } from '../src/application/ports/event-store.js';
import type { AttemptOutcome } from '../src/domain/delivery/outcome.js';
import type { HookledgerEvent } from '../src/domain/events.js';
import type { DeliveryEnd, DemoReceiver } from './receivers.js';

/** What a whole run came to; all but `received` from the event store. The names are those of the JSON line. */
export interface Figures {
  requested: number;
  succeeded: number;
  failed: number;
  skipped: number;
  attempts: number;
  retried: number;
  /** All events of the store, whatever they are about. */
  events: number;
  /** POSTs, as the receivers counted them. */
  received: number;
  triggers: number;
}

/** Attempts that can't have reached anybody. */
const WITHOUT_CONNECTION: ReadonlySet<string> = new Set(['connection_refused', 'dns', 'unreachable', 'certificate']);

/** What the event store says about a run. */
export interface Recorded {
  figures: Omit<Figures, 'received'>;
  /** Attempts that found nobody to talk to. */
  withoutConnection: number;
  /** Triggers that started no delivery. */
  idleTriggers: number;
  deliveries: ReadonlyMap<string, { origin: string; end: DeliveryEnd | undefined }>;
}

export async function readRecorded(eventStore: EventStore): Promise<Recorded> {
  const figures = {
    ...{ requested: 0, succeeded: 0, failed: 0, skipped: 0, attempts: 0, retried: 0 },
    ...{ events: 0, triggers: 0 },
  };
  const deliveries = new Map<string, { origin: string; end: DeliveryEnd | undefined }>();
  const triggers = new Set<string>();
  const started = new Set<string>();
  let withoutConnection = 0;

  const end = (deliveryId: string, how: DeliveryEnd): void => {
    figures[how]++;
    const delivery = deliveries.get(deliveryId);
    if (delivery !== undefined) delivery.end = how;
  };
  const attemptEnded = (outcome: AttemptOutcome | undefined): void => {
    if (outcome?.kind === 'no-answer' && WITHOUT_CONNECTION.has(outcome.error)) withoutConnection++;
  };
  for await (const batch of eventStore.readAll()) {
    figures.events += batch.length;
    for (const recorded of batch) {
      const event = recorded as RecordedEvent & HookledgerEvent;
      const id = event.stream.slice(event.stream.indexOf('-') + 1);
      switch (event.type) {
        case 'TriggerReceived':
          figures.triggers++;
          triggers.add(id);
          break;
        case 'DeliveryRequested':
          figures.requested++;
          started.add(event.data.triggerId);
          deliveries.set(id, { origin: new URL(event.data.url).origin, end: undefined });
          break;
        case 'DeliveryAttempted':
          figures.attempts++;
          break;
        case 'DeliveryAttemptFailed':
          attemptEnded(event.data.outcome);
          break;
        case 'DeliveryRetried':
          figures.retried++;
          break;
        case 'DeliverySucceeded':
          end(id, 'succeeded');
          break;
        case 'DeliveryFailed':
          end(id, 'failed');
          break;
        case 'DeliverySkipped':
          attemptEnded(event.data.outcome);
          end(id, 'skipped');
          break;
        default:
      }
    }
  }
  return { figures, withoutConnection, idleTriggers: triggers.difference(started).size, deliveries };
}

/** @param sent how many triggers the demo caused: events, and profiles that joined the list. @returns a sentence for each rule broken */
export function brokenRules(recorded: Recorded, receivers: readonly DemoReceiver[], sent: number): string[] {
  const { requested, succeeded, failed, skipped, attempts, triggers } = recorded.figures;
  const broken: string[] = [];
  const expect = (holds: boolean, sentence: string): void => {
    if (!holds) broken.push(sentence);
  };
  expect(
    requested === succeeded + failed + skipped,
    `${requested} deliveries were requested, but ${succeeded} succeeded, ${failed} failed and ${skipped} were skipped.`,
  );
  expect(triggers === sent, `${sent} triggers were sent, but the event store holds ${triggers}.`);
  expect(recorded.idleTriggers === 0, `${recorded.idleTriggers} triggers started no delivery.`);
  const received = receivedBy(receivers);
  const arrived = attempts - recorded.withoutConnection;
  expect(
    received === arrived,
    `The receivers got ${received} POSTs, but the event store says that ${arrived} attempts reached them.`,
  );
  for (const receiver of receivers) {
    const origin = new URL(receiver.url).origin;
    const its = [...recorded.deliveries].filter(([, delivery]) => delivery.origin === origin);
    const unseen = its.filter(([id]) => !receiver.server?.receivedById.has(id)).length;
    expect(
      receiver.server === undefined || unseen === 0,
      `The receiver '${receiver.name}' never saw ${unseen} of its ${its.length} deliveries.`,
    );
    const otherwise = its.filter(([, delivery]) => delivery.end !== receiver.end).length;
    expect(
      its.length > 0 && otherwise === 0,
      `${otherwise} of ${its.length} deliveries to the receiver '${receiver.name}' (${receiver.character}) did not end as ${receiver.end}.`,
    );
  }
  return broken;
}

export const receivedBy = (receivers: readonly DemoReceiver[]): number =>
  receivers.reduce((sum, { server }) => sum + (server?.received ?? 0), 0);
