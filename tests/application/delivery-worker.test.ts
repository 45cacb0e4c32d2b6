import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { DeliveryWorker, type WorkerLimits } from '../../src/application/delivery/delivery-worker.js';
import type { DeliveryQueue } from '../../src/application/ports/delivery-queue.js';
import { EventStoreUnusable, type RecordedEvent } from '../../src/application/ports/event-store.js';
import type { WebhookRequest, WebhookSender } from '../../src/application/ports/webhook-sender.js';
import { deliveryStream } from '../../src/domain/delivery/delivery.js';
import type { AttemptOutcome } from '../../src/domain/delivery/outcome.js';
import type { HookledgerEvent } from '../../src/domain/events.js';
import {
  DEFAULT_SENDER_LIMITS,
  UndiciWebhookSender,
} from '../../src/infrastructure/http-sender/undici-webhook-sender.js';
import type { Projector } from '../../src/projections/projector.js';
import { HistoryMaker } from '../projections/history-maker.js';
import { ReadSide, SILENT } from '../projections/read-side.js';
import { CertificateAuthority } from '../support/certificate-authority.js';
import { eventually } from '../support/eventually.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { THIS_MACHINE } from '../support/this-machine.js';

type Stored = RecordedEvent & HookledgerEvent;

const LIMITS: WorkerLimits = { concurrency: 100, leaseMs: 120_000 };
const PER_ORIGIN = 3;

/** A sender whose answers the test gives when it likes. */
class HeldSender implements WebhookSender {
  readonly underWay: { request: WebhookRequest; answer: (outcome: AttemptOutcome) => void }[] = [];
  most = 0;

  send(request: WebhookRequest): Promise<AttemptOutcome> {
    return new Promise((resolve) => {
      const one = {
        request,
        answer: (outcome: AttemptOutcome) => {
          this.underWay.splice(this.underWay.indexOf(one), 1);
          resolve(outcome);
        },
      };
      this.underWay.push(one);
      this.most = Math.max(this.most, this.underWay.length);
    });
  }

  async close(): Promise<void> {}
}

const OK: AttemptOutcome = { kind: 'answer', statusCode: 200, durationMs: 5 };
const UNAVAILABLE: AttemptOutcome = { kind: 'answer', statusCode: 503, durationMs: 5 };

describe('The delivery worker', () => {
  let side: ReadSide;
  let maker: HistoryMaker;
  let projector: Projector;
  let queue: DeliveryQueue;
  let worker: DeliveryWorker;

  beforeEach(async () => {
    side = await ReadSide.make();
    projector = side.projector;
    maker = new HistoryMaker(side.eventStore, side.liveFlows);
    await maker.begin();
    await maker.setFlow(await maker.createFlow(2), 'live');
    await projector.catchUp();
    projector.start();
  });
  afterEach(async () => {
    await worker.drain();
    await projector.stop();
    await side.remove();
  });

  const start = (sender: WebhookSender, limits: Partial<WorkerLimits> = {}, perOrigin = PER_ORIGIN): void => {
    queue = side.database.newQueue('worker-1', perOrigin, side.progress);
    worker = new DeliveryWorker(
      'worker-1',
      maker.aggregates,
      queue,
      sender,
      { ...LIMITS, ...limits },
      maker.clock,
      SILENT,
    );
    worker.start();
  };
  const request = async (events: number): Promise<string[]> => {
    const ids: string[] = [];
    for (let n = 0; n < events; n++) ids.push(...(await maker.report(n)));
    await projected();
    return ids;
  };
  const projected = async () => side.progress.caughtUpTo(await side.eventStore.headPosition());
  const typesOf = async (deliveryId: string): Promise<string[]> =>
    ((await side.eventStore.readStream(deliveryStream(deliveryId))) as Stored[]).map(({ type }) => type);
  const answerAll = async (sender: HeldSender, outcome: AttemptOutcome, count: number): Promise<void> => {
    for (let answered = 0; answered < count; ) {
      await eventually('attempts are under way', () => sender.underWay.length > 0);
      for (const { answer } of [...sender.underWay]) {
        answer(outcome);
        answered++;
      }
    }
    await worker.settled();
    await projected();
  };

  it('posts over real HTTPS: the rendered bytes, the action’s headers, its own, and the same id on each attempt', async () => {
    const ca = await CertificateAuthority.create();
    const receiver: Receiver = await startReceiver({
      ca,
      keepRequests: 2,
      answer: ({ attempt }) => ({ status: attempt === 1 ? 503 : 200 }),
    });
    const caPath = join(dirname(side.location), 'ca.pem');
    writeFileSync(caPath, ca.pem);
    const sender = new UndiciWebhookSender(DEFAULT_SENDER_LIMITS, THIS_MACHINE, caPath);
    try {
      for (const actionId of maker.actionIds.slice(0, 1)) {
        const context = { actor: { kind: 'cli', id: 't', name: 't' } as const, correlationId: 'c', causationId: 'c' };
        const url = `${receiver.url}/orders?from=shop`;
        await maker.flows.updateAction(actionId, { configure: (present) => ({ ...present, url }) }, context);
        await maker.flows.updateAction(maker.actionIds[1] as string, { status: 'disabled' }, context);
      }
      await projected();
      const [id] = (await request(1)) as [string];
      start(sender);
      await eventually('the first attempt is recorded', async () =>
        (await typesOf(id)).includes('DeliveryAttemptFailed'),
      );
      await maker.retry(id);
      maker.clock.advance(60_000);
      await eventually('the second attempt is recorded', async () => (await typesOf(id)).includes('DeliverySucceeded'));
      const [first, second] = receiver.requests;
      expect(first?.method).to.equal('POST');
      expect(first?.path).to.equal('/orders?from=shop');
      expect(first?.body).to.equal('{"city": "City 0"}');
      expect(second?.body).to.equal(first?.body);
      expect(first?.headers).to.deep.include({
        'content-type': 'application/json',
        'user-agent': 'hookledger',
        'x-key': 'secret',
        'x-klaviyo-flow-id': maker.flowIds[0],
        'webhook-id': id,
        'webhook-timestamp': String(Date.parse('2026-03-01T08:00:00Z') / 1000),
      });
      expect(second?.headers['webhook-id']).to.equal(id);
    } finally {
      await worker.drain();
      await sender.close();
      await receiver.close();
    }
  });

  it('has no more under way than it may, in all and to each origin', async () => {
    const sender = new HeldSender();
    await request(10);
    start(sender, { concurrency: 5 }, 4);
    await eventually('as many as may be are under way', () => sender.underWay.length === 5);
    const count = (origin: string): number =>
      sender.underWay.filter(({ request: { url } }) => url.startsWith(origin)).length;
    expect([count('https://127.0.0.1:1001'), count('https://127.0.0.1:1002')].sort()).to.deep.equal([1, 4]);
    await answerAll(sender, OK, 20);
    expect(sender.most).to.equal(5);
  });

  it('lets a receiver that never answers hold up nobody else', async () => {
    const sender = new HeldSender();
    const ids = await request(20);
    start(sender);
    const toSlow = ids.filter((_, index) => index % 2 === 0);
    const toGood = ids.filter((_, index) => index % 2 === 1);
    const good = () => sender.underWay.filter(({ request: { url } }) => url.includes(':1002'));
    for (let answered = 0; answered < toGood.length; ) {
      await eventually('the good receiver gets its webhooks', () => good().length > 0);
      for (const { answer } of good()) {
        answer(OK);
        answered++;
      }
    }
    for (const id of toGood) {
      await eventually('it is recorded', async () => (await typesOf(id)).includes('DeliverySucceeded'));
    }
    expect(
      (await Promise.all(toSlow.map(typesOf))).filter((types) => types.includes('DeliveryAttempted')),
    ).to.have.lengthOf(3);
    await answerAll(sender, OK, toSlow.length);
  });

  it('goes where the action points when the attempt is made, with the bytes that were rendered before', async () => {
    const sender = new HeldSender();
    const [id] = (await request(1)) as [string];
    await maker.take({ do: 'move-action', of: 0, port: 1003 });
    await projected();
    start(sender);
    await eventually('both are under way', () => sender.underWay.length === 2);
    const moved = sender.underWay.find(({ request: { headers } }) => headers['webhook-id'] === id);
    expect(moved?.request).to.deep.include({ url: 'https://127.0.0.1:1003/moved', body: '{"city": "City 0"}' });
    await answerAll(sender, OK, 2);
  });

  it('skips what its action was removed from under', async () => {
    const sender = new HeldSender();
    const [id] = (await request(1)) as [string];
    await maker.take({ do: 'remove-action', of: 0 });
    await projected();
    start(sender);
    await answerAll(sender, OK, 1);
    expect(await typesOf(id)).to.deep.equal(['DeliveryRequested', 'DeliverySkipped']);
  });

  it('finds an attempt whose worker is gone, when its lease is over, and says so instead of sending', async () => {
    const [id] = (await request(1)) as [string];
    await maker.decide(id, { type: 'StartAttempt', url: 'https://127.0.0.1:1001/hook', workerId: 'worker-0' });
    await projected();
    const sender = new HeldSender();
    start(sender);
    await answerAll(sender, OK, 1);
    const events = (await side.eventStore.readStream(deliveryStream(id))) as Stored[];
    expect(events.map(({ type }) => type)).to.deep.equal([
      'DeliveryRequested',
      'DeliveryAttempted',
      'DeliveryAttemptFailed',
    ]);
    expect(events[2]?.data).to.deep.include({ attempt: 1 });
    expect(events[2]?.data).to.have.nested.property('outcome.error', 'worker_lost');
  });

  it('of two workers that claim the same, sends once', async () => {
    const [id] = (await request(1)) as [string];
    const [one, other] = [new HeldSender(), new HeldSender()];
    start(one);
    const second = new DeliveryWorker('worker-2', maker.aggregates, queue, other, LIMITS, maker.clock, SILENT);
    await eventually('the first has both', () => one.underWay.length === 2);
    // As if the lease had been lost: the event store still holds the claim.
    await side.database.writer.updateTable('delivery_queue').set({ claimable_at: 0 }).execute();
    second.start();
    await eventually('the second recorded the lost worker', async () =>
      (await typesOf(id)).includes('DeliveryAttemptFailed'),
    );
    for (const { answer } of [...one.underWay]) answer(OK);
    await worker.settled();
    expect(other.underWay).to.have.lengthOf(0);
    expect(await typesOf(id)).to.deep.equal(['DeliveryRequested', 'DeliveryAttempted', 'DeliveryAttemptFailed']);
    await second.drain();
  });

  it('makes an attempt when it is due and not before, by the clock', async () => {
    const sender = new HeldSender();
    const [id] = (await request(1)) as [string];
    start(sender);
    await answerAll(sender, UNAVAILABLE, 2);
    await maker.retry(id);
    await projected();
    const dueAt = (await queue.nextDueAt(maker.clock.now())) as number;
    await eventually('it waits for the due time', () => maker.clock.nextTimer === dueAt);
    maker.clock.advance(dueAt - maker.clock.now() - 1);
    await worker.settled();
    expect(sender.underWay).to.have.lengthOf(0);
    maker.clock.advance(1);
    await eventually('it is sent', () => sender.underWay.length === 1);
    await answerAll(sender, OK, 1);
    expect((await typesOf(id)).at(-1)).to.equal('DeliverySucceeded');
  });

  it('ends and records what is under way before it has drained, and takes up nothing new', async () => {
    const sender = new HeldSender();
    const ids = await request(10);
    start(sender, {}, 2);
    await eventually('it is busy', () => sender.underWay.length === 4);
    const drained = worker.drain();
    for (const { answer } of [...sender.underWay]) answer(OK);
    await drained;
    const all = (await Promise.all(ids.map(typesOf))).map((types) => types.at(-1));
    expect(all.filter((type) => type === 'DeliverySucceeded')).to.have.lengthOf(4);
    expect(all.filter((type) => type === 'DeliveryRequested')).to.have.lengthOf(16);
  });

  it('records what was sent as soon as the store is back, and sends nothing twice for it', async () => {
    const sender = new HeldSender();
    const [id] = (await request(1)) as [string, string];
    start(sender);
    await eventually('both are under way', () => sender.underWay.length === 2);
    const append = side.sealed.appendMany.bind(side.sealed);
    let refused = 0;
    side.sealed.appendMany = async () => {
      refused++;
      throw new EventStoreUnusable('the disk is full');
    };
    for (const { answer } of [...sender.underWay]) answer(OK);
    await eventually('both wait to try again', () => refused === 2 && maker.clock.nextTimer !== undefined);
    side.sealed.appendMany = append;
    maker.clock.advance(1_000);
    await worker.settled();
    expect(await typesOf(id)).to.deep.equal(['DeliveryRequested', 'DeliveryAttempted', 'DeliverySucceeded']);
    expect(sender.underWay).to.deep.equal([]);
  });

  it('goes on with an attempt whose beginning was recorded, though the store did not say so', async () => {
    const sender = new HeldSender();
    const [id] = (await request(1)) as [string, string];
    const append = side.sealed.appendMany.bind(side.sealed);
    let lost = 0;
    side.sealed.appendMany = async (appends) => {
      await append(appends);
      lost++;
      throw new EventStoreUnusable('the connection was lost');
    };
    start(sender);
    await eventually('both wait to try again', () => lost === 2 && maker.clock.nextTimer !== undefined);
    expect(sender.underWay).to.deep.equal([]);
    side.sealed.appendMany = append;
    maker.clock.advance(1_000);
    await answerAll(sender, OK, 2);
    expect(await typesOf(id)).to.deep.equal(['DeliveryRequested', 'DeliveryAttempted', 'DeliverySucceeded']);
    expect(sender.most).to.equal(2);
  });

  it('gives up on a store that is away when it is stopped', async () => {
    const sender = new HeldSender();
    const [id] = (await request(1)) as [string, string];
    start(sender);
    await eventually('both are under way', () => sender.underWay.length === 2);
    const append = side.sealed.appendMany.bind(side.sealed);
    side.sealed.appendMany = async () => {
      throw new EventStoreUnusable('the disk is full');
    };
    for (const { answer } of [...sender.underWay]) answer(OK);
    await worker.drain();
    side.sealed.appendMany = append;
    expect(await typesOf(id)).to.deep.equal(['DeliveryRequested', 'DeliveryAttempted']);
  });

  it('goes on after the queue failed', async () => {
    const sender = new HeldSender();
    await request(1);
    let failures = 1;
    start(sender);
    const claim = queue.claim.bind(queue);
    // The first look comes in a later turn.
    queue.claim = async (wanted) => {
      if (failures-- > 0) throw new Error('the disk is full');
      return claim(wanted);
    };
    await eventually('it waits to try again', () => maker.clock.nextTimer !== undefined);
    maker.clock.advance(1_000);
    await answerAll(sender, OK, 2);
  });
});
