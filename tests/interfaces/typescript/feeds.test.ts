import { expect } from 'chai';
import { Webhook } from 'standardwebhooks';
import type { Hookledger } from '../../../src/index.js';
import { CertificateAuthority } from '../../support/certificate-authority.js';
import { eventually } from '../../support/eventually.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { caught, liveFlow, openedOn, order } from './opened.js';

describe('feeds', () => {
  const folder = temporaryFolder();
  let receiver: Receiver;
  let hookledger: Hookledger;

  before(async () => {
    const ca = await CertificateAuthority.create();
    receiver = await startReceiver({
      ca,
      keepRequests: 100,
      answer: ({ path }) => ({ status: path === '/feed' ? 200 : 410 }),
    });
    hookledger = await openedOn(folder.path, ca);
  });
  after(async () => {
    await hookledger.close();
    await receiver.close();
    folder.remove();
  });

  const wanted = () => ({
    name: 'On-call',
    url: `${receiver.url}/feed`,
    headers: { 'x-token': 'ours' },
    events: ['delivery.skipped'] as const,
  });

  it('tells a subscription of its flows by signed requests, until it ends', async () => {
    const flow = await liveFlow(hookledger, receiver.url);
    const { subscriptionId, secret, position } = await hookledger.feeds.create({
      ...wanted(),
      flowIds: [flow.flowId],
    });
    await hookledger.caughtUp(position);
    const { deliveryIds } = await hookledger.events.receive(order(1));
    const { body, headers } = await eventually('it is told', () =>
      receiver.requests.find(({ path }) => path === '/feed'),
    );
    expect(headers).to.include({ 'x-token': 'ours' });
    const message = new Webhook(secret).verify(body, headers as Record<string, string>) as { data: object };
    expect(message.data).to.include({ delivery_id: deliveryIds[0], flow_id: flow.flowId, code: '410' });

    const { position: end } = await hookledger.feeds.delete(subscriptionId);
    await hookledger.caughtUp(end);
    expect(await hookledger.feeds.get(subscriptionId)).to.equal(undefined);
  });

  it('shows a subscription without what is secret, and changes what is given', async () => {
    const { subscriptionId, position } = await hookledger.feeds.create(wanted());
    await hookledger.caughtUp(position);
    const shown = await hookledger.feeds.get(subscriptionId);
    expect(shown).to.deep.include({ status: 'live', events: ['delivery.skipped'], flowIds: null, actionIds: null });
    expect(shown?.headers['x-token']).to.match(/^•••sha256:[0-9a-f]{8}$/);
    const flow = await liveFlow(hookledger, receiver.url);
    const change = { name: 'Night shift', headers: { ...shown?.headers, 'x-more': 'one' }, actionIds: [flow.actionId] };
    const changed = await hookledger.feeds.update(subscriptionId, change);
    await hookledger.caughtUp(changed.position);
    const [listed] = (await hookledger.feeds.list()).items;
    expect(listed).to.deep.include({
      subscriptionId,
      name: 'Night shift',
      actionIds: [flow.actionId],
      url: wanted().url,
    });
    expect(listed?.headers['x-token']).to.equal(shown?.headers['x-token']);
    const again = await hookledger.feeds.update(subscriptionId, { actionIds: null });
    await hookledger.caughtUp(again.position);
    expect(await hookledger.feeds.get(subscriptionId)).to.include({ actionIds: null });
  });

  it('gives each secret once', async () => {
    const create = () => hookledger.feeds.create(wanted(), { idempotencyKey: 'k-1' });
    const { subscriptionId } = await create();
    expect(await caught(create)).to.include({ rule: 'idempotency_key_used' });
    const rotate = () => hookledger.feeds.rotateSigningSecret(subscriptionId, { overlapMs: 0, idempotencyKey: 'k-2' });
    expect((await rotate()).secret).to.match(/^whsec_/);
    expect(await caught(rotate)).to.include({ rule: 'idempotency_key_used' });
  });

  it('refuses with a pointer into the subscription', async () => {
    const refusals = [
      [{ ...wanted(), name: ' ' }, 'input_invalid', '/name'],
      [{ ...wanted(), events: [] }, 'input_invalid', '/events'],
      [{ ...wanted(), flowIds: [] }, 'input_invalid', '/flowIds'],
      [{ ...wanted(), flowIds: ['none'] }, 'flow_unknown', '/flowIds/0'],
      [{ ...wanted(), actionIds: ['none'] }, 'action_unknown', '/actionIds/0'],
      [{ ...wanted(), headers: { 'x-token': '•••sha256:01234567' } }, 'header_value_hidden', '/headers/x-token'],
      [{ ...wanted(), url: 'https://127.0.0.1:1/' }, 'feed_url_unusable', '/url'],
    ] as const;
    for (const [subscription, rule, pointer] of refusals) {
      expect(await caught(() => hookledger.feeds.create(subscription)), rule).to.include({ rule, pointer });
    }
    expect(await caught(() => hookledger.feeds.update('none', { name: 'x' }))).to.include({
      rule: 'feed_subscription_unknown',
    });
    const { subscriptionId } = await hookledger.feeds.create(wanted());
    expect(await caught(() => hookledger.feeds.resume(subscriptionId))).to.include({ rule: 'action_not_suspended' });
  });
});
