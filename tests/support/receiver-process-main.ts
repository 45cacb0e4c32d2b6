import { CertificateAuthority } from './certificate-authority.js';
import { type HttpAnswer, startReceiver } from './receiver.js';
import type { ReceiverMessage, ReceiverQuestion } from './receiver-process.js';

/** The child of ReceiverProcess: listens, says where, answers questions, and ends with its parent. */
const answer = JSON.parse(process.argv[2] ?? '{"status":200}') as HttpAnswer;
const ca = await CertificateAuthority.create();
const receiver = await startReceiver({ ca, answer: () => answer });

const say = (message: ReceiverMessage): boolean | undefined => process.send?.(message);

process.on('message', (question: ReceiverQuestion) => {
  if (question === 'counts') say({ received: receiver.received, webhookIds: receiver.receivedById.size });
  else process.disconnect?.();
});
process.on('disconnect', () => void receiver.close());
say({ url: receiver.url, caPem: ca.pem });
