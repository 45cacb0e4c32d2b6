import { expect } from 'chai';
import {
  AlreadyRunning,
  createHookledger,
  DuplicateProfile,
  type Hookledger,
  HookledgerClosed,
  InvalidCursor,
  RuleViolation,
  TwoStepRequired,
  type WebhookActionView,
} from '../../../src/index.js';
import { CertificateAuthority } from '../../support/certificate-authority.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { caught, definitionFor, liveFlow, openedOn, order } from './opened.js';

describe('createHookledger', () => {
  const folder = temporaryFolder();
  let ca: CertificateAuthority;
  let receiver: Receiver;
  let hookledger: Hookledger;
  let flow: { flowId: string; actionId: string; metricId: string };

  before(async () => {
    ca = await CertificateAuthority.create();
    receiver = await startReceiver({
      ca,
      keepRequests: 100,
      answer: ({ body }) => ({ status: body.includes('400') ? 400 : 200 }),
    });
    hookledger = await openedOn(folder.path, ca, { actor: 'shop' });
    flow = await liveFlow(hookledger, receiver.url);
  });
  after(async () => {
    await hookledger.close();
    await receiver.close();
    folder.remove();
  });

  it('delivers what an event starts', async () => {
    const { deliveryIds, repeated } = await hookledger.events.receive(order(1));
    expect(deliveryIds).to.have.lengthOf(1);
    expect(repeated).to.equal(false);
    await hookledger.settled();
    expect(await hookledger.deliveries.get(deliveryIds[0] as string)).to.include({
      status: 'succeeded',
      recipient: 'ana@example.com',
      actionId: flow.actionId,
    });
    expect(receiver.requests.map(({ body }) => body)).to.include('{"order": 1}');
  });

  it('takes the same event for one', async () => {
    const first = await hookledger.events.receive(order(2));
    expect(await hookledger.events.receive(order(2))).to.deep.include({
      triggerId: first.triggerId,
      deliveryIds: [],
      repeated: true,
    });
  });

  it('tells auditors that the program did it, or whom it names', async () => {
    const { profileId } = await hookledger.profiles.create({ email: 'by-shop@example.com' });
    await hookledger.profiles.update(profileId, { first_name: 'Ben' }, { actor: 'import', correlationId: 'night-7' });
    const [created, changed] = await hookledger.history(`profile-${profileId}`);
    expect(created).to.include({ type: 'ProfileCreated', actor: "the program 'shop'" });
    expect(changed).to.include({ actor: "the program 'import'", correlationId: 'night-7' });
  });

  it("holds a member to their role's rules", async () => {
    const { userId } = await hookledger.members.create({ email: 'mo@example.com', role: 'manager' });
    const change = () => hookledger.flows.changeStatus(flow.flowId, 'live', { actor: { userId } });
    expect(await caught(change))
      .to.be.instanceOf(TwoStepRequired)
      .and.to.include({ email: 'mo@example.com' });
    const unknown = () => hookledger.profiles.create({ email: 'x@example.com' }, { actor: { userId: 'nobody' } });
    expect(await caught(unknown)).to.include({ rule: 'member_unknown', pointer: '/actor/userId' });
    expect((await hookledger.members.list()).map(({ email }) => email)).to.deep.equal(['mo@example.com']);
  });

  it('carries out a command under an idempotency key once', async () => {
    const create = () => hookledger.lists.create('Newsletter', { idempotencyKey: 'k-1' });
    const first = await create();
    expect((await create()).audienceId).to.equal(first.audienceId);
    await hookledger.caughtUp();
    expect((await hookledger.lists.list()).items).to.have.lengthOf(1);
    const other = () => hookledger.lists.create('Another', { idempotencyKey: 'k-1' });
    expect(await caught(other)).to.include({ rule: 'idempotency_key_reused' });
    const issue = () => hookledger.apiKeys.issue({ name: 'n', scopes: ['audit:read'] }, { idempotencyKey: 'k-2' });
    expect((await issue()).key).to.match(/^hk_/);
    expect(await caught(issue)).to.include({ rule: 'idempotency_key_used' });
  });

  it('refuses with the rule, one sentence, and where', async () => {
    const badTime = await caught(() => hookledger.events.receive({ ...order(3), time: 'yesterday' }));
    expect(badTime).to.be.instanceOf(RuleViolation).and.to.include({ rule: 'input_invalid', pointer: '/time' });
    expect((badTime as Error).message).to.match(/^This is not a time with its offset from UTC; .*\.$/);
    const badMany = await caught(() => hookledger.events.receiveAll([order(4), { ...order(5), metricName: ' ' }]));
    expect(badMany).to.include({ rule: 'input_invalid', pointer: '/1/metricName' });
    const definition = definitionFor('no-metric', receiver.url);
    expect(await caught(() => hookledger.flows.create(definition))).to.include({ rule: 'trigger_unknown' });
    expect(await caught(() => hookledger.flows.delete('none'))).to.include({ rule: 'flow_unknown' });
    await hookledger.profiles.create({ email: 'twice@example.com' });
    const twice = () => hookledger.profiles.create({ email: 'twice@example.com' });
    expect(await caught(twice)).to.be.instanceOf(DuplicateProfile);
    expect(await caught(() => hookledger.profiles.list({ size: 0 }))).to.include({ rule: 'page_size_invalid' });
    expect(await caught(() => hookledger.profiles.list({ cursor: 'x' }))).to.be.instanceOf(InvalidCursor);
  });

  it('shows header values partially hashed, and takes them for the ones that are kept', async () => {
    const shown = (await hookledger.flows.action(flow.actionId)) as WebhookActionView | undefined;
    expect(shown?.headers['x-shop-key']).to.match(/^•••sha256:[0-9a-f]{8}$/);
    const configuration = { headers: { ...shown?.headers, 'x-more': 'one' } };
    const { checks, position } = await hookledger.flows.updateAction(flow.actionId, { configuration });
    expect(checks).to.deep.include({ actionId: flow.actionId, verified: true, detail: checks[0]?.detail });
    await hookledger.caughtUp(position);
    await hookledger.events.receive(order(6));
    await hookledger.settled();
    const sent = receiver.requests.find(({ body }) => body === '{"order": 6}');
    expect(sent?.headers).to.include({ 'x-shop-key': 'very-secret-value', 'x-more': 'one' });
    const definition = definitionFor(flow.metricId, receiver.url);
    const [action] = definition.actions;
    const masked = {
      ...definition,
      actions:
        action?.type === 'send-webhook'
          ? [{ ...action, configuration: { ...action.configuration, headers: shown?.headers ?? {} } }]
          : [],
    };
    expect(await caught(() => hookledger.flows.create(masked))).to.include({
      rule: 'header_value_hidden',
      pointer: '/actions/0/configuration/headers/x-shop-key',
    });
  });

  it('keeps a queue of what could not be sent, and sends it again', async () => {
    const { deliveryIds } = await hookledger.events.receive(order(400));
    await hookledger.settled();
    const { items } = await hookledger.deliveries.queue('skipped', { flowId: flow.flowId });
    expect(items.map(({ deliveryId }) => deliveryId)).to.deep.equal(deliveryIds);
    expect(await hookledger.deliveries.count({ statuses: ['skipped'] })).to.equal(1);
    await hookledger.deliveries.resend(deliveryIds[0] as string);
    await hookledger.settled();
    expect(await hookledger.deliveries.get(deliveryIds[0] as string)).to.include({ attempts: 2, status: 'skipped' });
    expect((await hookledger.analytics({ flowId: flow.flowId })).totals).to.include({ skipped: 1, waiting: 0 });
  });

  it('knows lists, segments, metrics, profiles and flows by its queries, a page at a time', async () => {
    const { audienceId } = await hookledger.segments.create('Regulars');
    const { profileId } = await hookledger.profiles.createOrUpdate({ attributes: { external_id: 'c-17' } });
    const { started } = await hookledger.segments.addProfiles(audienceId, [profileId]);
    expect(started).to.have.lengthOf(1);
    await hookledger.caughtUp();
    expect((await hookledger.segments.members(audienceId)).items.map((one) => one.profileId)).to.deep.equal([
      profileId,
    ]);
    const { position } = await hookledger.segments.removeProfiles(audienceId, [profileId]);
    await hookledger.caughtUp(position);
    expect((await hookledger.segments.members(audienceId)).items).to.deep.equal([]);
    expect(await hookledger.segments.get(audienceId)).to.include({ kind: 'segment', name: 'Regulars' });
    expect((await hookledger.metrics.list({ name: 'Placed Order' })).items.map(({ id }) => id)).to.deep.equal([
      flow.metricId,
    ]);
    expect((await hookledger.flows.list({ status: 'live' })).items).to.have.lengthOf(1);
    expect(await hookledger.flows.actions(flow.flowId)).to.have.lengthOf(1);
    const first = await hookledger.profiles.list({ size: 1 });
    const second = await hookledger.profiles.list({ size: 1, cursor: first.nextCursor });
    expect(second.items[0]?.profileId).to.be.a('string').and.not.to.equal(first.items[0]?.profileId);
    await hookledger.profiles.forget({ id: profileId, attributes: {} });
    await hookledger.caughtUp();
    expect(await hookledger.profiles.get(profileId)).to.equal(undefined);
  });

  it('says how its parts are', async () => {
    await hookledger.settled();
    const { ready, parts } = await hookledger.status();
    expect(ready).to.equal(true);
    expect(parts.engine).to.equal('running');
  });

  it('has its data for itself', async () => {
    const error = await caught(() => createHookledger({ data: folder.path }));
    expect(error).to.be.instanceOf(AlreadyRunning);
    expect((error as Error).message).to.match(
      /^A hookledger is running already on this data \(.*server\.lock is locked\); stop it first\.$/,
    );
  });
});

describe('close', () => {
  let ca: CertificateAuthority;
  before(async () => {
    ca = await CertificateAuthority.create();
  });

  it('awaits commands and attempts under way, and leaves the data to the next one', async () => {
    const folder = temporaryFolder();
    const receiver = await startReceiver({ ca, answer: () => ({ status: 200, delayMs: 100 }) });
    try {
      const first = await openedOn(folder.path, ca);
      const { metricId } = await liveFlow(first, receiver.url);
      const receiving = first.events.receive(order(1));
      await Promise.all([first.close(), first.close()]);
      const { deliveryIds } = await receiving;
      const closed = await caught(() => first.metrics.get(metricId));
      expect(closed).to.be.instanceOf(HookledgerClosed);
      expect(() => first.subscribe()).to.throw(HookledgerClosed);
      expect(await caught(() => first.caughtUp())).to.be.instanceOf(HookledgerClosed);

      await using second = await openedOn(folder.path, ca);
      await second.settled();
      expect(await second.deliveries.get(deliveryIds[0] as string)).to.include({ status: 'succeeded' });
      // Whether it was sent before or after: once.
      expect(receiver.received).to.equal(1);
    } finally {
      await receiver.close();
      folder.remove();
    }
  });

  it('lets go of the data where it can not be opened', async () => {
    const folder = temporaryFolder();
    try {
      const first = await createHookledger({ data: folder.path, masterKey: 'm'.repeat(32) });
      await first.close();
      const error = await caught(() => createHookledger({ data: folder.path, masterKey: 'n'.repeat(32) }));
      expect(error).to.include({ name: 'KeysUnusable' });
      await using third = await createHookledger({ data: folder.path, masterKey: 'm'.repeat(32) });
      expect(await third.position()).to.be.a('number');
    } finally {
      folder.remove();
    }
  });
});
