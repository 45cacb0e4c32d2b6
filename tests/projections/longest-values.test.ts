import { expect } from 'chai';
import { catalogIdOf, MAX_EXTERNAL_ID, MAX_SKU } from '../../src/domain/product/catalog-id.js';
import { ProductQueries } from '../../src/projections/products/product-queries.js';
import { webhook } from '../support/flow-definition.js';
import { HistoryMaker } from './history-maker.js';
import { DATABASES, ReadSide } from './read-side.js';

const CONTEXT = { actor: { kind: 'cli', id: 'test', name: 'test' }, correlationId: 'c', causationId: 'c' } as const;

/** Three bytes a character, and hardly to be compressed: the most that an index may have to hold. */
const ideographs = (length: number): string => {
  let seed = 1;
  return Array.from({ length }, () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return String.fromCharCode(0x4e00 + (seed % 20_000));
  }).join('');
};

/** A row that can't be written stops its projections for good. */
for (const kind of DATABASES) {
  describe(`The longest values that can be given, in ${kind}`, () => {
    let side: ReadSide;
    let maker: HistoryMaker;

    beforeEach(async () => {
      side = await ReadSide.make(kind);
      maker = new HistoryMaker(side.eventStore, side.liveFlows);
      await maker.begin();
    });
    afterEach(() => side.remove());

    it('of the catalog are kept, and found', async () => {
      const externalId = ideographs(MAX_EXTERNAL_ID);
      const sku = ideographs(MAX_SKU);
      const described = { title: 'Chai', description: '', url: 'https://shop.example.com/chai', published: true };
      const shown = { image_full_url: null, image_thumbnail_url: null, images: [], custom_metadata: {} };
      const item = { ...described, ...shown, price: 18 };
      const { itemId } = (await maker.products.createItem(externalId, item, CONTEXT)).result;
      const variant = { ...item, sku, inventory_policy: 0, inventory_quantity: 1 } as const;
      await maker.products.createVariant(externalId, itemId, variant, CONTEXT);
      await side.projector.catchUp();
      const queries = new ProductQueries(side.database.reader, side.vault);
      const { items } = await queries.variants({
        size: 10,
        where: [{ field: 'sku', operator: 'equals', values: [sku] }],
      });
      expect(items.map(({ variantId }) => variantId)).to.deep.equal([catalogIdOf(externalId)]);
    });

    it('of an address to send to are queued', async () => {
      const host = `${`${'a'.repeat(49)}.`.repeat(5)}com`;
      const url = `https://${host}/`.padEnd(8_000, 'a');
      const only = webhook('only', null);
      if (only.type !== 'send-webhook') return expect.fail();
      const actions = [{ ...only, configuration: { ...only.configuration, url } }];
      const trigger = { type: 'metric', id: maker.metricId } as const;
      const flow = { name: 'Flow', trigger, entryActionId: 'only', actions };
      const { flowId } = (await maker.flows.create(flow, CONTEXT)).result;
      await maker.setFlow(flowId, 'live');
      await side.projector.catchUp();
      const ids = await maker.report(0);
      await side.projector.catchUp();
      const queue = side.database.newQueue('worker-1', 10, side.progress);
      const claimed = await queue.claim({ now: maker.clock.now(), leaseMs: 1_000, limit: 10 });
      expect(claimed).to.deep.equal([{ deliveryId: ids[0], origin: new URL(url).origin }]);
      await queue.stop();
    });
  });
}
