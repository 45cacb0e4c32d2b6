import { expect } from 'chai';
import type { SubscriptionChange } from '../../src/application/commands/feeds.js';
import { FeedProcess } from '../../src/application/process-managers/feed-process.js';
import { deliveryIdOf, deliveryStream } from '../../src/domain/delivery/delivery.js';
import { FeedQueries } from '../../src/projections/feed/feed-queries.js';
import { OUTCOMES } from '../projections/history-maker.js';
import { SHELL } from './accounts.js';
import { ActionWatch } from './action-watch.js';

describe('The feed process manager', () => {
  let watch: ActionWatch;

  beforeEach(async () => {
    watch = await ActionWatch.make();
  });
  afterEach(() => watch.remove());

  const settle = (): Promise<void> => {
    const { maker, side } = watch;
    return watch.settle(new FeedProcess(maker.aggregates, new FeedQueries(side.database.reader), side.progress));
  };
  const skipOne = async (): Promise<string> => {
    const [id] = (await watch.maker.report(1)) as [string];
    await watch.maker.attempt(id, OUTCOMES.gone);
    return id;
  };
  /** The types of what each subscription is told, in order. */
  const told = async (subscriptionId: string): Promise<string[]> =>
    (await watch.recorded('DeliveryRequested'))
      .filter(({ data }) => data.actionId === subscriptionId)
      .map(({ data }) => JSON.parse(data.body as string).type);

  it('requests a delivery to each subscription that is told of such an event', async () => {
    const [one, other] = [await watch.maker.subscribe('delivery.skipped'), await watch.maker.subscribe('action.alert')];
    const id = await skipOne();
    await settle();
    expect(await told(other)).to.deep.equal([]);
    const [skipped] = await watch.recorded('DeliverySkipped');
    const requested = (await watch.recorded('DeliveryRequested')).find(({ data }) => data.actionId === one);
    const cause = (await watch.recorded('DeliveryRequested'))[0];
    expect(requested?.stream).to.equal(deliveryStream(deliveryIdOf(one, skipped?.id as string)));
    const { body, ...data } = requested?.data ?? { body: '' };
    expect(data).to.deep.equal({
      actionId: one,
      flowId: one,
      triggerId: skipped?.id,
      profileId: '',
      actionRevision: 1,
      url: 'https://127.0.0.1:1009/feed',
      requestedAt: watch.maker.now(),
    });
    expect(JSON.parse(body as string)).to.deep.equal({
      type: 'delivery.skipped',
      timestamp: skipped?.metadata.time,
      data: {
        delivery_id: id,
        flow_id: watch.maker.flowIds[0],
        action_id: watch.actionId,
        trigger_id: cause?.data.triggerId,
        profile_id: cause?.data.profileId,
        attempts: 1,
        reason: 'not_retryable',
        code: '410',
      },
    });
    expect(requested?.metadata).to.deep.include({
      causationId: skipped?.id,
      correlationId: skipped?.metadata.correlationId,
    });
  });

  it('tells of what happens to actions', async () => {
    const all = await watch.maker.subscribe('action.suspended', 'action.alert');
    await watch.maker.alert(watch.actionId);
    await watch.maker.suspend(watch.actionId);
    await settle();
    expect(await told(all)).to.deep.equal(['action.alert', 'action.suspended']);
  });

  it('tells nothing that happened before, and nothing twice, though all is read again', async () => {
    await skipOne();
    const subscription = await watch.maker.subscribe('delivery.skipped');
    await settle();
    expect(await told(subscription)).to.deep.equal([]);
    await skipOne();
    await settle();
    await settle();
    expect(await told(subscription)).to.deep.equal(['delivery.skipped']);
  });

  it('tells nothing while the subscription is suspended, nor afterwards of that time', async () => {
    const subscription = await watch.maker.subscribe('delivery.skipped');
    await watch.maker.suspend(subscription);
    await skipOne();
    await settle();
    expect(await told(subscription)).to.deep.equal([]);
    await watch.maker.feeds.resume(subscription, SHELL);
    await settle();
    expect(await told(subscription)).to.deep.equal([]);
    await skipOne();
    await settle();
    expect(await told(subscription)).to.deep.equal(['delivery.skipped']);
  });

  it('tells nobody of its own failures, so that they go round nowhere', async () => {
    const subscriptions = [
      await watch.maker.subscribe('delivery.skipped', 'action.suspended', 'action.alert'),
      await watch.maker.subscribe('delivery.skipped', 'action.suspended', 'action.alert'),
    ] as const;
    await skipOne();
    await settle();
    for (const { stream, data } of await watch.recorded('DeliveryRequested')) {
      if (data.actionId !== data.flowId) continue;
      await watch.maker.attempt(stream.slice('delivery-'.length), OUTCOMES.gone);
    }
    await watch.maker.alert(subscriptions[0]);
    await watch.maker.suspend(subscriptions[0]);
    await settle();
    for (const id of subscriptions) expect(await told(id)).to.deep.equal(['delivery.skipped']);
  });

  it('tells a narrowed subscription of its flows and actions alone', async () => {
    const { maker } = watch;
    await maker.createFlow(1);
    const [[flowId], [actionId, other]] = [maker.flowIds, maker.actionIds] as [[string], [string, string]];
    const narrowed = async (change: SubscriptionChange): Promise<string> => {
      const id = await maker.subscribe('action.alert');
      await maker.feeds.change(id, change, SHELL);
      return id;
    };
    const ofFlow = await narrowed({ flowIds: [flowId] });
    const ofAction = await narrowed({ actionIds: [other] });
    const ofBoth = await narrowed({ flowIds: [flowId], actionIds: [other] });
    const ofAll = await narrowed({ flowIds: [flowId] });
    await maker.feeds.change(ofAll, { flowIds: null }, SHELL);
    await maker.alert(actionId);
    await maker.alert(other);
    await settle();
    const about = async (subscriptionId: string): Promise<string[]> =>
      (await watch.recorded('DeliveryRequested'))
        .filter(({ data }) => data.actionId === subscriptionId)
        .map(({ data }) => JSON.parse(data.body as string).data.action_id);
    expect(await about(ofFlow)).to.deep.equal([actionId]);
    expect(await about(ofAction)).to.deep.equal([other]);
    expect(await about(ofBoth)).to.deep.equal([actionId, other]);
    expect(await about(ofAll)).to.deep.equal([actionId, other]);
  });

  it('is not narrowed to what is not there, but may stay so when it is gone', async () => {
    const { maker } = watch;
    const [flowId] = maker.flowIds as [string];
    const subscription = await maker.subscribe('action.alert');
    const refused = async (change: SubscriptionChange): Promise<unknown> =>
      maker.feeds.change(subscription, change, SHELL).then(
        () => 'taken',
        ({ rule, pointer }) => [rule, pointer],
      );
    expect(await refused({ flowIds: [flowId, 'none'] })).to.deep.equal(['flow_unknown', '/flowIds/1']);
    expect(await refused({ actionIds: ['none'] })).to.deep.equal(['action_unknown', '/actionIds/0']);
    expect(await refused({ actionIds: [subscription] })).to.deep.equal(['action_unknown', '/actionIds/0']);
    expect(await refused({ flowIds: [flowId] })).to.equal('taken');
    await maker.flows.delete(flowId, SHELL);
    expect(await refused({ flowIds: [flowId] })).to.deep.equal(['flow_unknown', '/flowIds/0']);
    expect(await refused({ name: 'Night shift' })).to.equal('taken');
  });

  it('ends with the subscription', async () => {
    const subscription = await watch.maker.subscribe('delivery.skipped');
    await watch.maker.feeds.unsubscribe(subscription, SHELL);
    await skipOne();
    await settle();
    expect(await told(subscription)).to.deep.equal([]);
  });
});
