import { expect } from 'chai';
import fc from 'fast-check';
import type { ClaimedDelivery } from '../../src/application/ports/delivery-queue.js';
import { SqlDeliveryQueue } from '../../src/projections/queue/sql-delivery-queue.js';
import { HistoryMaker, OUTCOMES } from './history-maker.js';
import { ReadSide } from './read-side.js';

const LEASE = 120_000;
const A = 'https://127.0.0.1:1001';
const B = 'https://127.0.0.1:1002';

describe('The delivery queue', () => {
  let side: ReadSide;
  let maker: HistoryMaker;
  let queue: SqlDeliveryQueue;

  beforeEach(async () => {
    side = new ReadSide();
    queue = new SqlDeliveryQueue(side.database.writer);
    await side.projector.prepare();
    maker = new HistoryMaker(side.eventStore, side.liveActions);
    await maker.begin();
    await maker.setFlow(await maker.createFlow(2), 'live');
    await side.projector.catchUp();
  });
  afterEach(() => side.remove());

  /** Each event is a delivery to A and one to B. */
  const request = async (events: number): Promise<string[]> => {
    const ids: string[] = [];
    for (let n = 0; n < events; n++) {
      ids.push(...(await maker.report(0)));
      maker.clock.advance(1);
    }
    await side.projector.catchUp();
    return ids;
  };
  const claim = (limit: number, capacityOf: (origin: string) => number = () => 100) =>
    queue.claim({ now: maker.clock.now(), leaseMs: LEASE, limit, capacityOf });
  const idsOf = (claimed: readonly ClaimedDelivery[]): string[] => claimed.map(({ deliveryId }) => deliveryId);

  it('gives what is due, each with its origin, once', async () => {
    const ids = await request(3);
    const claimed = await claim(100);
    expect(idsOf(claimed)).to.have.members(ids);
    expect(claimed.filter(({ origin }) => origin === A)).to.have.lengthOf(3);
    expect(claimed.filter(({ origin }) => origin === B)).to.have.lengthOf(3);
    expect(await claim(100)).to.deep.equal([]);
  });

  it('keeps to the limit and to what each origin has left, the longest due first', async () => {
    const ids = await request(10);
    const claimed = await claim(5, (origin) => (origin === A ? 2 : 100));
    expect(claimed.filter(({ origin }) => origin === A)).to.have.lengthOf(2);
    expect(claimed).to.have.lengthOf(5);
    expect(idsOf(claimed)).to.have.members([ids[0], ids[2], ids[1], ids[3], ids[5]]);
    expect(
      idsOf(await claim(100, (origin) => (origin === A ? 0 : 100))).every((id) => ids.indexOf(id) % 2 === 1),
    ).to.equal(true);
  });

  it('gives a delivery again when its lease ends, or is given back', async () => {
    const ids = await request(1);
    await claim(100);
    maker.clock.advance(LEASE - 1);
    expect(await claim(100)).to.deep.equal([]);
    await queue.release([ids[0] as string]);
    expect(idsOf(await claim(100))).to.deep.equal([ids[0]]);
    maker.clock.advance(1);
    expect(idsOf(await claim(100))).to.deep.equal([ids[1]]);
    await queue.releaseAll();
    expect(idsOf(await claim(100))).to.have.members(ids);
  });

  it('tells when something can be claimed next, passing over origins that are full', async () => {
    expect(await queue.nextDueAt()).to.equal(undefined);
    const requestedAt = maker.clock.now();
    await request(1);
    expect(await queue.nextDueAt()).to.equal(requestedAt);
    await claim(100, (origin) => (origin === A ? 1 : 0));
    expect(await queue.nextDueAt()).to.equal(requestedAt);
    expect(await queue.nextDueAt(new Set([B]))).to.equal(requestedAt + 1 + LEASE);
    expect(await queue.nextDueAt(new Set([A, B]))).to.equal(undefined);
  });

  it('gives a failed attempt again when its retry is due, and an ended delivery never', async () => {
    const [first, second] = await request(1);
    await claim(100);
    await maker.attempt(first as string, OUTCOMES.unavailable);
    await maker.attempt(second as string, OUTCOMES.ok);
    await side.projector.catchUp();
    expect(await queue.nextDueAt(), 'between the failure and the decision on a retry').to.equal(undefined);
    await maker.retry(first as string);
    await side.projector.catchUp();
    const dueAt = (await queue.nextDueAt()) as number;
    expect(dueAt).to.be.greaterThan(maker.clock.now());
    expect(await claim(100)).to.deep.equal([]);
    maker.clock.advance(dueAt - maker.clock.now());
    expect(idsOf(await claim(100))).to.deep.equal([first]);
  });

  it('keeps the lease of an attempt that is under way', async () => {
    const [first] = await request(1);
    await claim(100);
    await maker.decide(first as string, { type: 'StartAttempt', url: `${A}/hook`, workerId: 'worker' });
    await side.projector.catchUp();
    expect(await claim(100)).to.deep.equal([]);
  });

  it('moves what waits along with its action', async () => {
    await request(1);
    await maker.take({ do: 'move-action', of: 0, port: 1003 });
    await side.projector.catchUp();
    const claimed = await claim(100);
    expect(claimed.map(({ origin }) => origin).sort()).to.deep.equal([B, 'https://127.0.0.1:1003']);
  });

  it('never gives one delivery to two claims whose leases overlap, and loses none', async () => {
    const ids = await request(12);
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            limit: fc.integer({ min: 1, max: 9 }),
            capacity: fc.integer({ min: 0, max: 5 }),
            pass: fc.nat({ max: LEASE }),
          }),
          { maxLength: 20 },
        ),
        async (claims) => {
          await queue.releaseAll();
          const leasedUntil = new Map<string, number>();
          for (const { limit, capacity, pass } of claims) {
            const now = maker.clock.now();
            for (const { deliveryId } of await claim(limit, () => capacity)) {
              expect(leasedUntil.get(deliveryId) ?? 0).to.be.at.most(now);
              leasedUntil.set(deliveryId, now + LEASE);
            }
            maker.clock.advance(pass);
          }
          maker.clock.advance(LEASE);
          expect(idsOf(await claim(100))).to.have.members(ids);
        },
      ),
      { numRuns: 50 },
    );
  });
});
