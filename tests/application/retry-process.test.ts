import { expect } from 'chai';
import type { Checkpoints } from '../../src/application/ports/checkpoints.js';
import {
  BEFORE_ALL,
  type EventStore,
  type Position,
  type RecordedEvent,
} from '../../src/application/ports/event-store.js';
import { ALONE } from '../../src/application/ports/leadership.js';
import { ProcessRunner } from '../../src/application/process-managers/process-runner.js';
import { RetryProcess } from '../../src/application/process-managers/retry-process.js';
import { deliveryStream } from '../../src/domain/delivery/delivery.js';
import { DEFAULT_RETRY_POLICY } from '../../src/domain/delivery/retry-policy.js';
import type { HookledgerEvent } from '../../src/domain/events.js';
import { ProcessCheckpoints } from '../../src/projections/process-checkpoints.js';
import { HistoryMaker, OUTCOMES } from '../projections/history-maker.js';
import { ReadSide, SILENT } from '../projections/read-side.js';
import { eventually } from '../support/eventually.js';

type Stored = RecordedEvent & HookledgerEvent;

const IDS = { next: () => crypto.randomUUID(), random: () => 0.5 };

describe('The retry process manager', () => {
  let side: ReadSide;
  let maker: HistoryMaker;
  const running: ProcessRunner[] = [];

  beforeEach(async () => {
    side = await ReadSide.make();
    maker = new HistoryMaker(side.eventStore, side.liveFlows);
    await maker.begin();
    await maker.setFlow(await maker.createFlow(1), 'live');
    await side.projector.catchUp();
  });
  afterEach(async () => {
    for (const process of running.splice(0)) await process.stop();
    await side.remove();
  });

  const start = (checkpoints: Checkpoints, eventStore: EventStore = side.sealed): ProcessRunner => {
    const retries = new RetryProcess(maker.aggregates, DEFAULT_RETRY_POLICY, IDS);
    const process = new ProcessRunner(eventStore, [retries], checkpoints, ALONE, maker.clock, SILENT);
    process.start();
    running.push(process);
    return process;
  };
  const history = async (id: string): Promise<Stored[]> =>
    (await side.eventStore.readStream(deliveryStream(id))) as Stored[];
  const last = async (id: string): Promise<string | undefined> => (await history(id)).at(-1)?.type;
  const failedDelivery = async (profile: number): Promise<string> => {
    const [id] = (await maker.report(profile)) as [string];
    await maker.attempt(id, OUTCOMES.unavailable);
    return id;
  };

  it('schedules the next attempt of what failed, before it started and while it runs, caused by the failure', async () => {
    const before = await failedDelivery(1);
    start(new ProcessCheckpoints(side.database.writer));
    await eventually('the first is scheduled', async () => (await last(before)) === 'DeliveryRetried');
    const after = await failedDelivery(2);
    await eventually('the second is scheduled', async () => (await last(after)) === 'DeliveryRetried');
    const events = await history(after);
    const [failed, retried] = events.slice(-2) as [Stored, Stored];
    expect(retried.data).to.deep.include({ attempt: 2, reason: '503', random: 0.5, dueAt: '2026-03-01T08:00:03.000Z' });
    expect(retried.metadata).to.deep.include({ causationId: failed.id, correlationId: failed.metadata.correlationId });
    expect(retried.metadata.actor).to.deep.include({ kind: 'engine', id: 'retry-process-manager' });
  });

  it('says when what follows from the events so far is done, and keeps nobody waiting who leads no more', async () => {
    const id = await failedDelivery(1);
    const process = start(new ProcessCheckpoints(side.database.writer));
    await process.caughtUpTo(await side.eventStore.headPosition());
    expect(await last(id)).to.equal('DeliveryRetried');
    const never = process.caughtUpTo((await side.eventStore.headPosition()) + 1_000);
    await process.stop();
    await never;
    await process.caughtUpTo(await side.eventStore.headPosition());
  });

  it('goes on where it was, and deciding again after a lost checkpoint adds nothing', async () => {
    const checkpoints = new ProcessCheckpoints(side.database.writer);
    const first = await failedDelivery(1);
    const process = start(checkpoints);
    await eventually('it is scheduled', async () => (await last(first)) === 'DeliveryRetried');
    await eventually('the checkpoint is kept', async () => (await checkpoints.load('process-managers')) > BEFORE_ALL);
    await process.stop();

    const forgetful: Checkpoints = { load: async () => BEFORE_ALL, save: async () => {} };
    const head = await side.eventStore.headPosition();
    const second = await failedDelivery(2);
    start(forgetful);
    await eventually('the second is scheduled', async () => (await last(second)) === 'DeliveryRetried');
    expect((await history(first)).filter(({ type }) => type === 'DeliveryRetried')).to.have.lengthOf(1);
    expect(await side.eventStore.headPosition()).to.be.greaterThan(head);
  });

  it('does not move its checkpoint past what it could not decide, and tries again', async () => {
    let failures = 2;
    const saved: Position[] = [];
    const moody: EventStore = Object.create(side.eventStore);
    moody.subscribe = (options) => {
      if (failures-- > 0) throw new Error('the connection was lost');
      return side.eventStore.subscribe(options);
    };
    const id = await failedDelivery(1);
    start(
      { load: async () => saved.at(-1) ?? BEFORE_ALL, save: async (_, position) => void saved.push(position) },
      moody,
    );
    while ((await last(id)) !== 'DeliveryRetried') {
      expect(saved).to.deep.equal([]);
      maker.clock.advance(1_000);
      await new Promise((next) => setImmediate(next));
    }
    await eventually('the checkpoint is kept', () => saved.length > 0);
  });

  it('ends a delivery whose retries are used up', async () => {
    start(new ProcessCheckpoints(side.database.writer));
    const [id] = (await maker.report(1)) as [string];
    for (let attempt = 1; attempt <= 18; attempt++) {
      await maker.attempt(id, OUTCOMES.refused);
      const end = attempt === 18 ? 'DeliveryFailed' : 'DeliveryRetried';
      await eventually(`after attempt ${attempt} comes ${end}`, async () => (await last(id)) === end);
    }
    expect((await history(id)).at(-1)?.data).to.deep.include({
      attempts: 18,
      reason: 'retries_used_up',
      code: 'connection_refused',
    });
  });
});
