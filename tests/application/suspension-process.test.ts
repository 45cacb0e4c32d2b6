import { expect } from 'chai';
import { SuspensionProcess } from '../../src/application/process-managers/suspension-process.js';
import { webhookAction, webhookActionStream } from '../../src/domain/webhook-action/webhook-action.js';
import { HealthQueries } from '../../src/projections/health/health-queries.js';
import { OUTCOMES } from '../projections/history-maker.js';
import { SHELL } from './accounts.js';
import { ActionWatch } from './action-watch.js';

const DAY = 86_400_000;

describe('The suspension process manager', () => {
  let watch: ActionWatch;

  beforeEach(async () => {
    watch = await ActionWatch.make();
  });
  afterEach(() => watch.remove());

  const settle = (afterMs = 5 * DAY): Promise<void> => {
    const { maker, side } = watch;
    const health = new HealthQueries(side.database.reader);
    return watch.settle(new SuspensionProcess(maker.aggregates, health, side.progress, afterMs));
  };
  const attempt = async (outcome: keyof typeof OUTCOMES): Promise<void> => {
    const [id] = (await watch.maker.report(1)) as [string];
    await watch.maker.attempt(id, OUTCOMES[outcome]);
  };
  const status = async (): Promise<string> =>
    (await watch.maker.aggregates.load(webhookAction, webhookActionStream(watch.actionId))).status;

  it('suspends an action by the first failure that comes five days after the first one of all', async () => {
    const { clock } = watch.maker;
    await attempt('unavailable');
    clock.advance(2 * DAY);
    await attempt('gone');
    clock.advance(3 * DAY - 1);
    await attempt('refused');
    await settle();
    expect(await status()).to.equal('live');
    clock.advance(1);
    await settle();
    expect(await status(), 'without a failure at that time').to.equal('live');
    await attempt('unavailable');
    await settle();
    const [suspended, ...more] = await watch.recorded('WebhookActionSuspended');
    expect(more).to.deep.equal([]);
    expect(suspended?.data).to.deep.equal({
      flowId: watch.maker.flowIds[0],
      failingSince: '2026-03-01T08:00:00.000Z',
      failures: 4,
      reason: 'All 4 attempts since 2026-03-01T08:00:00.000Z failed, the last one with 503.',
    });
    const cause = (await watch.recorded('DeliveryAttemptFailed')).at(-1);
    expect(suspended?.metadata).to.deep.include({
      causationId: cause?.id,
      correlationId: cause?.metadata.correlationId,
    });
    expect(suspended?.metadata.actor).to.deep.include({ kind: 'engine', id: 'suspension-process-manager' });
    // No trigger starts it from here on.
    expect(await watch.maker.report(2)).to.deep.equal([]);
  });

  it('begins to count anew with a success, a change, and going live', async () => {
    const { clock, flows } = watch.maker;
    const heals: [string, () => Promise<unknown>][] = [
      ['a success', () => attempt('ok')],
      [
        'a change',
        () => flows.updateAction(watch.actionId, { configure: (present) => ({ ...present, name: 'Changed' }) }, SHELL),
      ],
      [
        'going live',
        async () => {
          await flows.updateAction(watch.actionId, { status: 'manual' }, SHELL);
          await flows.updateAction(watch.actionId, { status: 'live' }, SHELL);
        },
      ],
    ];
    for (const [name, heal] of heals) {
      await attempt('unavailable');
      clock.advance(4 * DAY);
      await heal();
      await watch.side.projector.catchUp();
      await attempt('unavailable');
      clock.advance(4 * DAY);
      await attempt('unavailable');
      await settle();
      expect(await status(), name).to.equal('live');
      await attempt('ok');
    }
  });

  it('leaves one that was resumed alone, though what it failed by is read again', async () => {
    const { clock, flows } = watch.maker;
    await attempt('unavailable');
    clock.advance(5 * DAY);
    await attempt('unavailable');
    await settle();
    expect(await status()).to.equal('suspended');
    const { result } = await flows.resumeAction(watch.actionId, SHELL);
    expect(result.checks).to.deep.equal([{ actionId: watch.actionId, verified: true, detail: 'It answered.' }]);
    await settle();
    expect(await status()).to.equal('live');
    await attempt('unavailable');
    clock.advance(5 * DAY);
    await attempt('unavailable');
    await settle();
    expect(await status()).to.equal('suspended');
    expect(await watch.recorded('WebhookActionSuspended')).to.have.lengthOf(2);
  });

  it('does not take for a failure of the receiver what is none', async () => {
    const { maker } = watch;
    await attempt('unavailable');
    await attempt('ok');
    const lost = { kind: 'no-answer', error: 'worker_lost', message: 'lost', durationMs: 0 } as const;
    for (let round = 0; round < 2; round++) {
      const [id] = (await maker.report(1)) as [string];
      await maker.attempt(id, lost);
      maker.clock.advance(6 * DAY);
    }
    await settle();
    expect(await status()).to.equal('live');
  });

  it('suspends nothing where it is never to', async () => {
    await attempt('unavailable');
    watch.maker.clock.advance(50 * DAY);
    await attempt('unavailable');
    await settle(Number.POSITIVE_INFINITY);
    expect(await status()).to.equal('live');
  });
});

describe('Resuming an action', () => {
  it('is refused for one that was not suspended, and for what is no action of a flow', async () => {
    const watch = await ActionWatch.make();
    const { flows } = watch.maker;
    const ruleOf = (id: string) =>
      flows.resumeAction(id, SHELL).then(
        () => 'resumed',
        ({ rule }) => rule,
      );
    expect(await ruleOf(watch.actionId)).to.equal('action_not_suspended');
    expect(await ruleOf('nothing')).to.equal('action_unknown');
    const subscription = await watch.maker.subscribe('delivery.failed');
    await watch.maker.suspend(subscription);
    expect(await ruleOf(subscription)).to.equal('action_unknown');
    await watch.remove();
  });
});
