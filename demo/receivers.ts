import type { CertificateAuthority } from '../tests/support/certificate-authority.js';
import {
  type Answer,
  type ReceivedRequest,
  type Receiver,
  refusingPort,
  startReceiver,
} from '../tests/support/receiver.js';

export type DeliveryEnd = 'succeeded' | 'skipped' | 'failed';

/** One of the systems that the shop sends its webhooks to. */
export interface DemoReceiver {
  readonly name: string;
  /** What it is like, for people. */
  readonly character: string;
  readonly url: string;
  readonly port: number;
  /** How deliveries to it end. */
  readonly end: DeliveryEnd;
  /** The server; undefined where nothing listens. */
  readonly server: Receiver | undefined;
}

export interface DemoReceivers {
  readonly warehouse: DemoReceiver;
  readonly catalogue: DemoReceiver;
  readonly legacy: DemoReceiver;
  readonly partner: DemoReceiver;
}

export async function startReceivers(ca: CertificateAuthority): Promise<DemoReceivers> {
  const start = async (
    name: string,
    character: string,
    end: DeliveryEnd,
    answer: (request: ReceivedRequest) => Answer,
  ) => {
    const server = await startReceiver({ ca, answer });
    return { name, character, end, server, url: server.url, port: server.port };
  };
  const [warehouse, catalogue, legacy, downPort] = await Promise.all([
    start('warehouse', 'healthy', 'succeeded', () => ({ status: 200, body: '{"accepted":true}' })),
    start('catalogue', 'answers 429 or 503 now and then, and heals', 'succeeded', answerNowAndThen),
    start('legacy', 'gone: answers 410', 'skipped', () => ({ status: 410, body: '{"error":"retired in 1998"}' })),
    refusingPort(ca),
  ]);
  const partner: DemoReceiver = {
    name: 'partner',
    character: 'down: nothing listens',
    end: 'failed',
    url: `https://127.0.0.1:${downPort}`,
    port: downPort,
    server: undefined,
  };
  return { warehouse, catalogue, legacy, partner };
}

/** Of 16 deliveries 11 succeed at once and 5 after one to three more attempts; a delivery's own id decides which. */
function answerNowAndThen({ webhookId, attempt }: ReceivedRequest): Answer {
  const troubles: Record<string, readonly Answer[]> = {
    '0': [UNAVAILABLE],
    '1': [UNAVAILABLE, UNAVAILABLE],
    '2': [TOO_MANY],
    '3': [UNAVAILABLE, TOO_MANY],
    '4': [UNAVAILABLE, UNAVAILABLE, UNAVAILABLE],
  };
  return troubles[webhookId.at(-1) ?? '']?.[attempt - 1] ?? { status: 202 };
}

const UNAVAILABLE: Answer = { status: 503, body: '{"error":"down for a moment"}' };
const TOO_MANY: Answer = { status: 429, headers: { 'retry-after': '1' }, body: '{"error":"slow down"}' };

export async function stopReceivers(receivers: DemoReceivers): Promise<void> {
  await Promise.all(Object.values(receivers).map((receiver: DemoReceiver) => receiver.server?.close()));
}
