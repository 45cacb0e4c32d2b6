import { expect } from 'chai';
import fc from 'fast-check';
import type { ClaimedDelivery, DeliveryQueue } from '../../src/application/ports/delivery-queue.js';
import { HistoryMaker, OUTCOMES } from './history-maker.js';
import { DATABASES, ReadSide } from './read-side.js';

const LEASE = 120_000;
const A = 'https://127.0.0.1:1001';
const B = 'https://127.0.0.1:1002';

for (const kind of DATABASES) {
  describe(`The delivery queue in ${kind}`, () => {
    let side: ReadSide;
    let maker: HistoryMaker;
    let queue: DeliveryQueue;

    beforeEach(async () => {
      side = await ReadSide.make(kind);
      queue = side.database.newQueue('worker-1', 100, side.progress);
      maker = new HistoryMaker(side.eventStore, side.liveFlows);
      await maker.begin();
      await maker.setFlow(await maker.createFlow(2), 'live');
      await side.projector.catchUp();
    });
    afterEach(async () => {
      await queue.stop();
      await side.remove();
    });

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
    const claim = (limit: number) => queue.claim({ now: maker.clock.now(), leaseMs: LEASE, limit });
    const idsOf = (claimed: readonly ClaimedDelivery[]): string[] => claimed.map(({ deliveryId }) => deliveryId);
    const nextDueAt = () => queue.nextDueAt(maker.clock.now());

    it('gives what is due, each with its origin, once', async () => {
      const ids = await request(3);
      const claimed = await claim(100);
      expect(idsOf(claimed)).to.have.members(ids);
      expect(claimed.filter(({ origin }) => origin === A)).to.have.lengthOf(3);
      expect(claimed.filter(({ origin }) => origin === B)).to.have.lengthOf(3);
      expect(await claim(100)).to.deep.equal([]);
    });

    it('keeps to the limit', async () => {
      const ids = await request(10);
      const first = await claim(5);
      expect(first).to.have.lengthOf(5);
      expect([...idsOf(first), ...idsOf(await claim(100))]).to.have.members(ids);
    });

    it('keeps to the places that each origin has, the longest due first, until attempts are finished', async () => {
      const ids = await request(10);
      queue = side.database.newQueue('worker-2', 2, side.progress);
      const first = await claim(100);
      expect(idsOf(first)).to.have.members(ids.slice(0, 4));
      expect(await claim(100)).to.deep.equal([]);
      expect(await nextDueAt(), 'both are full').to.equal(undefined);
      const ofA = first.filter(({ origin }) => origin === A) as [ClaimedDelivery, ClaimedDelivery];
      queue.finished(ofA[0]);
      expect(idsOf(await claim(100))).to.deep.equal([ids[4]]);
      queue.finished(ofA[1]);
      for (const one of first.filter(({ origin }) => origin === B)) queue.finished(one);
      expect(idsOf(await claim(100))).to.have.members([ids[6], ids[5], ids[7]]);
      maker.clock.advance(LEASE - 1);
      expect(await claim(100), 'a finished attempt keeps its lease').to.deep.equal([]);
    });

    it('gives a delivery again when its lease ends', async () => {
      const ids = await request(1);
      await claim(100);
      maker.clock.advance(LEASE - 1);
      expect(await claim(100)).to.deep.equal([]);
      maker.clock.advance(1);
      expect(idsOf(await claim(100))).to.have.members(ids);
    });

    it('tells when something can be claimed next', async () => {
      expect(await nextDueAt()).to.equal(undefined);
      const requestedAt = maker.clock.now();
      await request(1);
      expect(await nextDueAt()).to.equal(requestedAt);
      await claim(1);
      expect(await nextDueAt()).to.equal(requestedAt);
      await claim(1);
      expect(await nextDueAt()).to.equal(requestedAt + 1 + LEASE);
    });

    it('gives a failed attempt again when its retry is due, and an ended delivery never', async () => {
      const [first, second] = await request(1);
      await claim(100);
      await maker.attempt(first as string, OUTCOMES.unavailable);
      await maker.attempt(second as string, OUTCOMES.ok);
      await side.projector.catchUp();
      expect(await nextDueAt(), 'between the failure and the decision on a retry').to.equal(undefined);
      await maker.retry(first as string);
      await side.projector.catchUp();
      const dueAt = (await nextDueAt()) as number;
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

    it('tells whoever listens that there may be more', async () => {
      let told = 0;
      const end = queue.onChange(() => told++);
      await request(1);
      expect(told).to.be.greaterThan(0);
      end();
      const before = told;
      await request(1);
      expect(told).to.equal(before);
    });

    it('never gives one delivery to two claims whose leases overlap, and loses none', async () => {
      const ids = await request(12);
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.record({ limit: fc.integer({ min: 1, max: 9 }), pass: fc.nat({ max: LEASE }) }), {
            maxLength: 20,
          }),
          async (claims) => {
            const leasedUntil = new Map<string, number>();
            for (const { limit, pass } of claims) {
              const now = maker.clock.now();
              for (const claimed of await claim(limit)) {
                expect(leasedUntil.get(claimed.deliveryId) ?? 0).to.be.at.most(now);
                leasedUntil.set(claimed.deliveryId, now + LEASE);
                queue.finished(claimed);
              }
              maker.clock.advance(pass);
            }
            maker.clock.advance(LEASE);
            const all = await claim(100);
            expect(idsOf(all)).to.have.members(ids);
            for (const claimed of all) queue.finished(claimed);
            maker.clock.advance(LEASE);
          },
        ),
        { numRuns: 50 },
      );
    });
  });
}

describe('The delivery queue in a file', () => {
  it('ends every lease when its process starts: whoever held one is gone', async () => {
    const side = await ReadSide.make('SQLite');
    const maker = new HistoryMaker(side.eventStore, side.liveFlows);
    await maker.begin();
    await maker.setFlow(await maker.createFlow(1), 'live');
    await side.projector.catchUp();
    const ids = await maker.report(0);
    await side.projector.catchUp();
    const wanted = { now: maker.clock.now(), leaseMs: LEASE, limit: 10 };
    await side.database.newQueue('before', 100, side.progress).claim(wanted);
    const queue = side.database.newQueue('after', 100, side.progress);
    expect(await queue.claim(wanted)).to.deep.equal([]);
    await queue.start();
    expect((await queue.claim(wanted)).map(({ deliveryId }) => deliveryId)).to.deep.equal(ids);
    await side.remove();
  });
});
