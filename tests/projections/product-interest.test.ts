import { expect } from 'chai';
import type { RecordedEvent } from '../../src/application/ports/event-store.js';
import { catalogIdOf } from '../../src/domain/product/catalog-id.js';
import type { InterestKind } from '../../src/domain/product/product-interest.js';
import { ProductQueries } from '../../src/projections/products/product-queries.js';
import { HistoryMaker } from './history-maker.js';
import { DATABASES, dumpAll, ReadSide } from './read-side.js';

const DAY = 86_400_000;

for (const kind of DATABASES) {
  describe(`Interest in products in ${kind}`, () => {
    let side: ReadSide;
    let maker: HistoryMaker;
    let queries: ProductQueries;

    beforeEach(async () => {
      side = await ReadSide.make(kind);
      maker = new HistoryMaker(side.eventStore, side.liveFlows);
      await maker.begin();
      queries = new ProductQueries(side.database.reader, side.vault);
    });
    afterEach(() => side.remove());

    const audience = async (
      product: { productId: string; variantId?: string },
      { kinds = ['viewed'] as InterestKind[], since = 0, after = undefined as string | undefined, limit = 10 } = {},
    ) => queries.audienceOf(product, kinds, { since, until: maker.clock.now() }, { after, limit });
    const rows = async () => (await dumpAll(side.database)).product_interest ?? [];

    it('is kept once for each product, profile and kind, as of the last time, in whatever order it comes', async () => {
      await maker.view(1, 1, { daysAgo: 3 });
      await maker.view(1, 1, { daysAgo: 5 });
      await side.projector.catchUp();
      await maker.view(1, 1, { daysAgo: 4 });
      await side.projector.catchUp();
      expect(await rows()).to.have.lengthOf(1);
      const now = maker.clock.now();
      expect(await audience({ productId: 'P-1' }, { since: now - 3 * DAY })).to.have.lengthOf(1);
      expect(await audience({ productId: 'P-1' }, { since: now - 3 * DAY + 1 })).to.deep.equal([]);
      await maker.view(1, 1, { daysAgo: 2 });
      await side.projector.catchUp();
      expect(await audience({ productId: 'P-1' }, { since: now - 2 * DAY })).to.have.lengthOf(1);
      expect(await rows()).to.have.lengthOf(1);
    });

    it('is told in pages, each profile once', async () => {
      for (let number = 0; number < 7; number++) await maker.view(number, 1, { variant: number % 2 === 0 });
      await maker.view(0, 1);
      await maker.view(0, 1, { metricName: 'Started Checkout' });
      await side.projector.catchUp();
      const kinds: InterestKind[] = ['viewed', 'checkout-started'];
      const found: string[] = [];
      for (let after: string | undefined; ; after = found.at(-1)) {
        const page = await audience({ productId: 'P-1' }, { kinds, after, limit: 3 });
        found.push(...page);
        if (page.length < 3) break;
      }
      expect(found).to.have.lengthOf(7);
      expect(new Set(found).size).to.equal(7);
      expect(await audience({ productId: 'P-1', variantId: 'V-1' }, { kinds })).to.have.lengthOf(7);
      expect(await audience({ productId: 'P-1', variantId: 'V-2' }, { kinds })).to.have.lengthOf(4);
    });

    it('is kept for a year, and no longer', async () => {
      await maker.view(1, 1);
      await maker.view(2, 1, { daysAgo: 366 });
      await side.projector.catchUp();
      expect(await rows()).to.have.lengthOf(1);
      maker.clock.advance(365 * DAY);
      await maker.report(3);
      await side.projector.catchUp();
      expect(await rows()).to.have.lengthOf(1);
      maker.clock.advance(DAY);
      await maker.report(3);
      await side.projector.catchUp();
      expect(await rows()).to.deep.equal([]);
    });

    it('goes with the profile, and says nowhere in clear which product it was', async () => {
      await maker.view(1, 1, { variant: true });
      await side.projector.catchUp();
      expect(JSON.stringify(await rows()))
        .to.include('viewed')
        .and.not.include('P-1')
        .and.not.include('V-1');
      await maker.take({ do: 'forget', profile: 1 });
      await side.projector.catchUp();
      expect(await rows()).to.deep.equal([]);
    });

    it('has the events opened that show it, and no others', async () => {
      const opened: RecordedEvent[] = [];
      const { open } = side.vault;
      side.vault.open = <Event extends RecordedEvent>(events: readonly Event[]) => {
        opened.push(...events);
        return open.call(side.vault, events) as Promise<readonly Event[]>;
      };
      try {
        await maker.report(1);
        await maker.view(1, 1);
        opened.length = 0;
        await side.projector.catchUp();
      } finally {
        Reflect.deleteProperty(side.vault, 'open');
      }
      const triggers = opened.filter(({ type }) => type === 'TriggerReceived');
      expect(triggers.map(({ data }) => (data as { name: string }).name)).to.deep.equal(['Viewed Product']);
    });

    it('leaves the catalog as it is: what is removed is gone, and can come again', async () => {
      await maker.createItem(1, 20);
      await maker.createVariant(1);
      await side.projector.catchUp();
      await maker.take({ do: 'remove-item', product: 1 });
      await maker.createItem(1, 30);
      await side.projector.catchUp();
      expect((await queries.items({ size: 10 })).items.map(({ attributes }) => attributes.price)).to.deep.equal([30]);
      expect((await queries.variants({ size: 10 }, { itemId: catalogIdOf('P-1') })).items).to.deep.equal([]);
    });
  });
}
