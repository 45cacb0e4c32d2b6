import { expect } from 'chai';
import type { EventType, Hookledger, LedgerEvent } from '../../../src/index.js';
import { CertificateAuthority } from '../../support/certificate-authority.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { liveFlow, openedOn, order } from './opened.js';

/** The first events up to one that is the last wanted. */
async function until<Type extends EventType>(
  events: AsyncIterable<LedgerEvent<Type>>,
  isLast: (event: LedgerEvent<Type>, so: readonly LedgerEvent<Type>[]) => boolean,
): Promise<LedgerEvent<Type>[]> {
  const seen: LedgerEvent<Type>[] = [];
  for await (const event of events) {
    seen.push(event);
    if (isLast(event, seen)) break;
  }
  return seen;
}

describe('subscribe', () => {
  const folder = temporaryFolder();
  let ca: CertificateAuthority;
  let receiver: Receiver;
  let hookledger: Hookledger;

  before(async () => {
    ca = await CertificateAuthority.create();
    // Each delivery's first attempt fails.
    receiver = await startReceiver({ ca, answer: ({ attempt }) => ({ status: attempt === 1 ? 503 : 200 }) });
    hookledger = await openedOn(folder.path, ca);
    await liveFlow(hookledger, receiver.url);
  });
  after(async () => {
    await hookledger.close();
    await receiver.close();
    folder.remove();
  });

  it('tells a delivery from its request to its end, in order, with what each event holds', async () => {
    const after = await hookledger.position();
    const types = [
      'DeliveryRequested',
      'DeliveryAttempted',
      'DeliveryAttemptFailed',
      'DeliveryRetried',
      'DeliverySucceeded',
    ] as const;
    const watching = until(hookledger.subscribe({ after, types }), ({ type }) => type === 'DeliverySucceeded');
    const { deliveryIds, triggerId } = await hookledger.events.receive(order(1));
    const seen = await watching;
    expect(seen.map(({ type }) => type)).to.deep.equal([
      'DeliveryRequested',
      'DeliveryAttempted',
      'DeliveryAttemptFailed',
      'DeliveryRetried',
      'DeliveryAttempted',
      'DeliverySucceeded',
    ]);
    expect(seen.map(({ stream }) => stream)).to.deep.equal(seen.map(() => `delivery-${deliveryIds[0]}`));
    expect(seen.map(({ revision }) => revision)).to.deep.equal([0, 1, 2, 3, 4, 5]);
    const [requested] = seen;
    // Opened: the body is sealed where it is stored.
    if (requested?.type === 'DeliveryRequested') {
      expect(requested.data).to.include({ body: '{"order": 1}', triggerId });
    } else expect.fail('the first one is the request');
    expect(requested.metadata.actor).to.deep.equal({ kind: 'program', id: 'embedded', name: 'embedded' });
  });

  it('goes on after any position without a gap or a double, while more comes', async () => {
    const target = 3_000;
    const sending = (async () => {
      for (let id = target; id < target + 20; id++) await hookledger.events.receive(order(id));
      await hookledger.settled();
    })();
    await sending;
    const head = await hookledger.position();
    const whole = await until(hookledger.subscribe(), ({ position }) => position >= head);
    const parts: LedgerEvent[] = [];
    while ((parts.at(-1)?.position ?? -1) < head) {
      // Left in the middle of batches again and again.
      const after = parts.at(-1)?.position;
      const events = hookledger.subscribe(after === undefined ? {} : { after });
      parts.push(...(await until(events, (_event, so) => so.length === 7 || so.at(-1)?.position === head)));
    }
    expect(parts.map(({ id }) => id)).to.deep.equal(whole.map(({ id }) => id));
    expect(new Set(whole.map(({ id }) => id)).size).to.equal(whole.length);
    const positions = whole.map(({ position }) => position);
    expect(positions).to.deep.equal([...positions].sort((a, b) => a - b));
  });

  it('shows no secret', async () => {
    await hookledger.apiKeys.issue({ name: 'till', scopes: ['audit:read'] });
    await hookledger.members.create({ email: 'sue@example.com', role: 'owner', password: 'correct horse staple' });
    const head = await hookledger.position();
    const all = await until(hookledger.subscribe(), ({ position }) => position >= head);
    const dataOf = (type: EventType) => all.find((event) => event.type === type)?.data;
    expect(dataOf('ApiKeyIssued')).to.deep.equal({ name: 'till', scopes: ['audit:read'] });
    expect(dataOf('UserPasswordSet')).to.deep.equal({ passwordHash: '•••' });
    expect(dataOf('WebhookActionSigningSecretRotated')).to.include({ secret: '•••' });
    const configured = dataOf('WebhookActionConfigured') as { headers: Record<string, string> };
    expect(configured.headers['x-shop-key']).to.match(/^•••sha256:/);
    expect(JSON.stringify(all)).not.to.match(/very-secret-value|whsec_|hk_|argon2/);
  });

  it('ends without an error when its signal aborts, while it waits', async () => {
    const leaving = new AbortController();
    const waiting = until(
      hookledger.subscribe({ after: await hookledger.position(), signal: leaving.signal }),
      () => false,
    );
    leaving.abort();
    expect(await waiting).to.deep.equal([]);
    expect(await until(hookledger.subscribe({ signal: AbortSignal.abort() }), () => true)).to.deep.equal([]);
  });

  it('ends without an error when the hookledger is closed, waiting or at work', async () => {
    const other = temporaryFolder();
    try {
      const closing = await openedOn(other.path, ca);
      await closing.metrics.create('One');
      await closing.metrics.create('Two');
      const waiting = until(closing.subscribe({ after: await closing.position() }), () => false);
      const seen: string[] = [];
      for await (const { type } of closing.subscribe()) {
        seen.push(type);
        // Whoever is inside of the loop is not waited for.
        await closing.close();
      }
      expect(seen).to.deep.equal(['MetricCreated']);
      expect(await waiting).to.deep.equal([]);
    } finally {
      other.remove();
    }
  });
});
