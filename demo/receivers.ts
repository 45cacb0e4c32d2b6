import type { CertificateAuthority } from '../tests/support/certificate-authority.js';
import { type Answer, type ReceivedRequest, type Receiver, startReceiver } from '../tests/support/receiver.js';

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

/** Starts them all. The partner answers until `partnerGoesDown`, since nothing goes live at an address where nobody answers. */
export async function startReceivers(
  ca: CertificateAuthority,
): Promise<{ receivers: DemoReceivers; partnerGoesDown(): Promise<void> }> {
  const start = async (
    name: string,
    character: string,
    end: DeliveryEnd,
    answer: (request: ReceivedRequest) => Answer,
  ) => {
    const server = await startReceiver({ ca, answer });
    return { name, character, end, server, url: server.url, port: server.port };
  };
  const [warehouse, catalogue, legacy, listening] = await Promise.all([
    start('warehouse', 'healthy', 'succeeded', () => ({ status: 200, body: '{"accepted":true}' })),
    start('catalogue', 'answers 429 or 503 now and then, and heals', 'succeeded', answerNowAndThen),
    start('legacy', 'gone: answers 410', 'skipped', () => ({ status: 410, body: '{"error":"retired in 1998"}' })),
    startReceiver({ ca, answer: () => ({ status: 200 }) }),
  ]);
  const partner: DemoReceiver = {
    name: 'partner',
    character: 'down: nothing listens',
    end: 'failed',
    url: listening.url,
    port: listening.port,
    server: undefined,
  };
  let down: Promise<void> | undefined;
  const partnerGoesDown = (): Promise<void> => {
    down ??= listening.close();
    return down;
  };
  return { receivers: { warehouse, catalogue, legacy, partner }, partnerGoesDown };
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
