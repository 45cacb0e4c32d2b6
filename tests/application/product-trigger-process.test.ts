import { expect } from 'chai';
import type { Checkpoints } from '../../src/application/ports/checkpoints.js';
import { BEFORE_ALL, type RecordedEvent } from '../../src/application/ports/event-store.js';
import { ALONE } from '../../src/application/ports/leadership.js';
import type { LiveFlow } from '../../src/application/ports/live-flows.js';
import { FlowSteps } from '../../src/application/process-managers/flow-steps.js';
import { ProcessRunner } from '../../src/application/process-managers/process-runner.js';
import { ProductTriggerProcess } from '../../src/application/process-managers/product-trigger-process.js';
import { TriggerProcess } from '../../src/application/process-managers/trigger-deliveries.js';
import type { HookledgerEvent } from '../../src/domain/events.js';
import type { LowInventoryTrigger, PriceDropTrigger } from '../../src/domain/flow/flow-trigger.js';
import { catalogIdOf } from '../../src/domain/product/catalog-id.js';
import { profile, profileStream } from '../../src/domain/profile/profile.js';
import { DjangoTemplateEngine } from '../../src/infrastructure/templating/django-template-engine.js';
import { ProductQueries } from '../../src/projections/products/product-queries.js';
import { HistoryMaker } from '../projections/history-maker.js';
import { ReadSide, SILENT } from '../projections/read-side.js';
import { eventually } from '../support/eventually.js';

type Received = RecordedEvent & HookledgerEvent & { type: 'TriggerReceived' };

const DAY = 86_400_000;
const CONTEXT = {
  actor: { kind: 'cli', id: 'test', name: 'test' },
  correlationId: 'new-prices',
  causationId: 'new-prices',
} as const;
const item = (product: number) => catalogIdOf(`P-${product}`);
const variant = (name: string) => catalogIdOf(name);

const priceDrop = (changes: Partial<PriceDropTrigger> = {}): PriceDropTrigger => ({
  type: 'price-drop',
  amount: 1,
  unit: 'currency',
  currency: 'usd',
  audience: ['viewed'],
  timeframeDays: 30,
  ...changes,
});
const lowInventory = (changes: Partial<LowInventoryTrigger> = {}): LowInventoryTrigger => ({
  type: 'low-inventory',
  level: 'variant',
  count: 5,
  audience: ['viewed'],
  timeframeDays: 30,
  ...changes,
});

describe('The product trigger process manager', () => {
  let side: ReadSide;
  let maker: HistoryMaker;
  let flows: LiveFlow[];
  let process: ProductTriggerProcess;

  beforeEach(async () => {
    side = await ReadSide.make();
    maker = new HistoryMaker(side.eventStore, side.liveFlows);
    await maker.begin();
    await maker.createItem(1);
    await maker.createVariant(1);
    flows = [];
    const triggers = new TriggerProcess(
      side.liveFlows,
      new FlowSteps(new DjangoTemplateEngine(maker.clock), 'Northwind'),
    );
    process = new ProductTriggerProcess(
      maker.aggregates,
      triggers,
      { ofType: (type) => flows.filter(({ trigger }) => trigger.type === type) },
      new ProductQueries(side.database.reader, side.vault),
      side.progress,
    );
  });
  afterEach(() => side.remove());

  const live = (trigger: LiveFlow['trigger'], { flowId = 'flow', liveSince = 0 } = {}) => {
    flows.push({
      flowId,
      trigger,
      liveSince,
      profileFilter: undefined,
      reentry: undefined,
      nodes: [],
      entryActionId: null,
      actions: new Map(),
    });
  };
  const priceOf = (product: number, price: number) => maker.products.updateItem(item(product), { price }, CONTEXT);
  const changeVariant = (name: string, changes: { price?: number; inventory_quantity?: number; published?: boolean }) =>
    maker.products.updateVariant(variant(name), changes, CONTEXT);
  const started = async (): Promise<Received[]> =>
    (await Array.fromAsync(side.eventStore.readAll()))
      .flat()
      .filter((event): event is Received => event.type === 'TriggerReceived')
      .filter(({ data }) => data.kind !== 'metric');
  /** Gives it everything that there is, as after a lost checkpoint, and answers with what stands started then. */
  const react = async (): Promise<Received[]> => {
    await side.projector.catchUp();
    for await (const events of side.sealed.readAll()) await process.react(events);
    return started();
  };
  const profileOf = async (number: number): Promise<string> => {
    const attributes = { email: `person-${number}@example.com` };
    return (await maker.profiles.createOrUpdate({ attributes }, CONTEXT)).result.profileId;
  };
  const peopleOf = async (triggers: readonly Received[], numbers: readonly number[]): Promise<number[]> => {
    const found: number[] = [];
    for (const number of numbers) {
      const id = await profileOf(number);
      if (triggers.some(({ data }) => data.profileId === id)) found.push(number);
    }
    return found;
  };

  it('starts the flow for whoever viewed the product, with the product and its prices in the event', async () => {
    live(priceDrop());
    await maker.view(1, 1);
    await maker.view(2, 2);
    maker.clock.advance(1_000);
    await priceOf(1, 15);
    const [received, ...others] = await react();
    expect(others).to.deep.equal([]);
    expect(received?.data).to.deep.equal({
      kind: 'price-drop',
      name: 'Price drop',
      sourceId: 'flow',
      profileId: await profileOf(1),
      properties: {
        ProductName: 'Product 1',
        ProductID: 'P-1',
        ItemID: '$custom:::$default:::P-1',
        URL: 'https://shop.example.com/Product 1',
        ImageURL: null,
        Price: 15,
        OldPrice: 20,
        PriceDropAmount: 5,
        PriceDropPercent: 25,
        $value: 15,
        $currency_code: 'USD',
        CustomMetadata: {},
      },
      occurredAt: '2026-03-01T08:00:01.000Z',
      uniqueId: 'price $custom:::$default:::P-1 20 15 2026-03-01',
      backfill: false,
    });
    expect(received?.metadata).to.deep.include({ correlationId: 'new-prices' });
    expect(received?.metadata.actor).to.deep.include({ kind: 'engine', id: 'product-trigger-process-manager' });
    const cause = (await side.eventStore.readStream(`catalog-item-${item(1)}`)).at(-1);
    expect(received?.metadata.causationId).to.equal(cause?.id);
  });

  it('starts by a drop that is large enough alone, in currency or percent, and by no rise', async () => {
    live(priceDrop({ amount: 5 }), { flowId: 'five-dollars' });
    live(priceDrop({ amount: 20, unit: 'percent' }), { flowId: 'a-fifth' });
    await maker.view(1, 1);
    const flowsAfter = async (price: number) => {
      await priceOf(1, price);
      return (await react()).map(({ data }) => data.sourceId);
    };
    expect(await flowsAfter(16.01)).to.deep.equal([]);
    expect(await flowsAfter(20)).to.deep.equal([]);
    expect(await flowsAfter(16)).to.deep.equal(['a-fifth']);
    expect(await flowsAfter(100)).to.deep.equal(['a-fifth']);
    expect(await flowsAfter(95)).to.deep.equal(['a-fifth', 'five-dollars']);
  });

  it('starts for those whose interest is as fresh as the timeframe asks, to the millisecond', async () => {
    live(priceDrop({ timeframeDays: 2 }));
    await maker.view(1, 1);
    maker.clock.advance(1);
    await maker.view(2, 1);
    maker.clock.advance(2 * DAY);
    await maker.view(3, 1);
    await priceOf(1, 15);
    maker.clock.advance(1);
    await maker.view(4, 1);
    expect(await peopleOf(await react(), [1, 2, 3, 4])).to.deep.equal([2, 3]);
  });

  it('takes a report of times to come for one of now', async () => {
    live(priceDrop());
    await maker.view(1, 1, { daysAgo: -300 });
    await priceOf(1, 15);
    expect(await react()).to.have.lengthOf(1);
  });

  it('starts for the audience that the flow names', async () => {
    live(priceDrop({ audience: ['viewed'] }), { flowId: 'viewed' });
    live(priceDrop({ audience: ['checkout-started'] }), { flowId: 'checkout' });
    live(priceDrop({ audience: ['viewed', 'checkout-started'] }), { flowId: 'both' });
    await maker.view(1, 1);
    await maker.view(2, 1, { metricName: 'Started Checkout' });
    await maker.view(3, 1, { metricName: 'Checkout Started' });
    await maker.view(3, 1);
    await maker.view(4, 1, { metricName: 'Added to Cart' });
    await priceOf(1, 15);
    const triggers = await react();
    const of = (flowId: string) =>
      peopleOf(
        triggers.filter(({ data }) => data.sourceId === flowId),
        [1, 2, 3, 4],
      );
    expect(await of('viewed')).to.deep.equal([1, 3]);
    expect(await of('checkout')).to.deep.equal([2, 3]);
    expect(await of('both')).to.deep.equal([1, 2, 3]);
    expect(triggers).to.have.lengthOf(7);
  });

  it("knows a drop of a variant's price, leaves out those who meant another variant, and counts the item's as the same", async () => {
    live(priceDrop());
    await maker.createVariant(1, { name: 'V-other' });
    await maker.view(1, 1);
    await maker.view(2, 1, { variant: true });
    await changeVariant('V-1', { price: 15 });
    await changeVariant('V-other', { price: 10 });
    const triggers = await react();
    const ofPrice = (price: number) =>
      peopleOf(
        triggers.filter(({ data }) => data.properties.Price === price),
        [1, 2],
      );
    expect(await ofPrice(15)).to.deep.equal([1, 2]);
    expect(await ofPrice(10)).to.deep.equal([1]);
    expect(triggers.find(({ data }) => data.properties.Price === 15)?.data.properties).to.deep.include({
      ProductID: 'P-1',
      VariantID: 'V-1',
      VariantName: 'V-1',
      SKU: 'V-1',
    });
    await priceOf(1, 15);
    expect(await react()).to.have.lengthOf(triggers.length);
    maker.clock.advance(DAY);
    await priceOf(1, 20);
    await priceOf(1, 15);
    expect(await react()).to.have.lengthOf(triggers.length + 2);
  });

  it('starts nothing by what happened before the flow went live', async () => {
    await maker.view(1, 1);
    await priceOf(1, 15);
    maker.clock.advance(1);
    live(priceDrop(), { liveSince: maker.clock.now() });
    expect(await react()).to.deep.equal([]);
    await priceOf(1, 10);
    expect((await react()).map(({ data }) => data.properties.Price)).to.deep.equal([10]);
  });

  it('leads nobody to what is not on sale', async () => {
    live(priceDrop());
    live(lowInventory());
    await maker.view(1, 1);
    await priceOf(1, 15);
    await maker.products.updateItem(item(1), { published: false }, CONTEXT);
    expect(await react()).to.deep.equal([]);
    await maker.products.updateItem(item(1), { published: true }, CONTEXT);
    await changeVariant('V-1', { inventory_quantity: 3, published: false });
    await maker.products.updateItem(item(1), { price: null }, CONTEXT);
    const before = (await react()).length;
    await maker.products.removeItem(item(1), CONTEXT);
    await react();
    expect((await started()).filter(({ data }) => data.kind === 'low-inventory')).to.deep.equal([]);
    expect(before).to.equal(1);
  });

  it('starts when the stock of a variant comes down to the count, and again once it was refilled', async () => {
    live(lowInventory({ audience: ['added-to-cart'] }));
    await maker.view(1, 1, { metricName: 'Added to Cart' });
    await maker.view(2, 1);
    const quantitiesAfter = async (inventory_quantity: number) => {
      await changeVariant('V-1', { inventory_quantity });
      return (await react()).map(({ data }) => data.properties.InventoryQuantity);
    };
    expect(await quantitiesAfter(6)).to.deep.equal([]);
    expect(await quantitiesAfter(5)).to.deep.equal([5]);
    expect(await quantitiesAfter(3)).to.deep.equal([5]);
    expect(await quantitiesAfter(8)).to.deep.equal([5]);
    expect(await quantitiesAfter(5)).to.deep.equal([5, 5]);
    const [first] = await react();
    expect(first?.data).to.deep.include({
      kind: 'low-inventory',
      name: 'Low inventory',
      profileId: await profileOf(1),
    });
    expect(first?.data.properties).to.deep.include({ VariantID: 'V-1', Price: 20, OldInventoryQuantity: 6 });
  });

  it('counts the stock of the product over all its variants, where the flow asks for that', async () => {
    live(lowInventory({ level: 'product', count: 12 }));
    await maker.createVariant(1, { name: 'V-other', quantity: 10 });
    await maker.view(1, 1, { variant: true });
    await changeVariant('V-1', { inventory_quantity: 3 });
    expect(await react()).to.deep.equal([]);
    await changeVariant('V-other', { inventory_quantity: 9 });
    const [received, ...others] = await react();
    expect(others).to.deep.equal([]);
    expect(received?.data.properties).to.deep.include({ InventoryQuantity: 12, OldInventoryQuantity: 13 });
    expect(received?.data.properties).not.to.have.property('VariantID');
  });

  it('takes a variant that is sold no more for no sale', async () => {
    live(lowInventory({ level: 'product', count: 12 }));
    await maker.createVariant(1, { name: 'V-other', quantity: 10 });
    await maker.view(1, 1);
    await maker.products.removeVariant(variant('V-other'), CONTEXT);
    expect(await react()).to.deep.equal([]);
  });

  it('passes over who was forgotten, also while it is at it', async () => {
    live(priceDrop());
    for (const number of [1, 2, 3]) await maker.view(number, 1);
    const [first, second] = [await profileOf(1), await profileOf(2)];
    await maker.profiles.forget({ id: first, attributes: {} }, CONTEXT);
    await priceOf(1, 15);
    await side.projector.catchUp();
    const queries = new ProductQueries(side.database.reader, side.vault);
    const between = { since: 0, until: maker.clock.now() };
    const audience = () =>
      queries.audienceOf({ productId: 'P-1' }, ['viewed'], between, { after: undefined, limit: 10 });
    expect(await audience()).to.have.members([second, await profileOf(3)]);
    // The read side has not heard of it yet.
    await maker.aggregates.execute(profile, profileStream(second), { type: 'ForgetProfile' }, CONTEXT);
    for await (const events of side.sealed.readAll()) await process.react(events);
    expect((await started()).map(({ data }) => data.profileId)).to.deep.equal([await profileOf(3)]);
    expect(await peopleOf(await started(), [3])).to.deep.equal([3]);
  });

  it('starts each of a large audience once, however often it is stopped in the middle', async () => {
    live(priceDrop());
    const people = 230;
    for (let number = 0; number < people; number++) await maker.view(number, 1);
    await priceOf(1, 15);
    await side.projector.catchUp();
    const { appendMany } = side.eventStore;
    for (const appends of [70, 190]) {
      const written: Promise<unknown>[] = [];
      side.eventStore.appendMany = async (given) => {
        if (written.length >= appends) {
          await Promise.allSettled(written);
          throw new Error('the disk is full');
        }
        const appended = appendMany.call(side.eventStore, given);
        written.push(appended);
        return appended;
      };
      const failed = await react().catch((error: Error) => error.message);
      expect(failed).to.equal('the disk is full');
      expect((await started()).length).to.be.within(70, people - 1);
    }
    Reflect.deleteProperty(side.eventStore, 'appendMany');
    const triggers = await react();
    expect(new Set(triggers.map(({ data }) => data.profileId)).size).to.equal(people);
    expect(triggers).to.have.lengthOf(people);
    expect(await react()).to.have.lengthOf(people);
  });

  it('runs from the subscription of the process managers', async () => {
    live(priceDrop());
    await maker.view(1, 1);
    side.projector.start();
    const forgetful: Checkpoints = { load: async () => BEFORE_ALL, save: async () => {} };
    const runner = new ProcessRunner(side.sealed, [process], forgetful, ALONE, maker.clock, SILENT);
    runner.start();
    await priceOf(1, 15);
    await eventually('it is started', async () => (await started()).length === 1);
    await runner.stop();
    await side.projector.stop();
  });
});
