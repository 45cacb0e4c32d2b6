import { expect } from 'chai';
import { type Document, type RunningServer, startServer } from './running-server.js';

/** An answer that Klaviyo's client throws. */
interface Refused {
  response?: { status: number; data: Document };
}

describe("The catalog, by Klaviyo's own client", () => {
  let server: RunningServer;
  let count = 0;

  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());

  const itemQuery = (externalId: string, attributes: { price?: number; published?: boolean } = {}) => ({
    data: {
      type: 'catalog-item' as const,
      attributes: {
        externalId,
        title: 'Chai',
        description: '10 boxes of 20 bags',
        url: 'https://shop.example.com/chai',
        customMetadata: { category: 'Beverages' },
        ...attributes,
      },
    },
  });
  const variantQuery = (externalId: string, itemId: string, attributes: { sku?: string } = {}) => ({
    data: {
      type: 'catalog-variant' as const,
      attributes: {
        externalId,
        title: 'Chai, 20 bags',
        description: 'One box',
        url: 'https://shop.example.com/chai?variant=20',
        sku: 'CHAI-20',
        price: 18,
        inventoryQuantity: 39,
        ...attributes,
      },
      relationships: { item: { data: { type: 'catalog-item' as const, id: itemId } } },
    },
  });
  const newItem = async (attributes: { price?: number; published?: boolean } = {}): Promise<string> =>
    (await server.sdk.catalogs.createCatalogItem(itemQuery(`ITEM-${++count}`, attributes))).body.data.id;
  const newVariant = async (itemId: string, attributes: { sku?: string } = {}): Promise<string> =>
    (await server.sdk.catalogs.createCatalogVariant(variantQuery(`VARIANT-${++count}`, itemId, attributes))).body.data
      .id;

  const refusal = async (call: Promise<unknown>): Promise<{ status: number; code: string; source: object }> => {
    try {
      await call;
    } catch (error) {
      const { response } = error as Refused;
      if (response === undefined) throw error;
      const [first] = response.data.errors;
      return { status: response.status, code: first?.code ?? '', source: first?.source ?? {} };
    }
    return expect.fail('The call was expected to be refused.');
  };

  it('takes an item and its variants, and shows them with their histories', async () => {
    const { catalogs } = server.sdk;
    const created = await catalogs.createCatalogItem(itemQuery('CHAI/1 ä', { price: 18 }));
    expect(created.response.status).to.equal(201);
    const { id, attributes } = created.body.data;
    expect(id).to.equal('$custom:::$default:::CHAI/1 ä');
    expect(attributes).to.deep.include({
      externalId: 'CHAI/1 ä',
      title: 'Chai',
      price: 18,
      imageFullUrl: null,
      images: [],
      customMetadata: { category: 'Beverages' },
      published: true,
    });
    expect(attributes.created).to.be.instanceOf(Date).and.deep.equal(attributes.updated);
    const variant = (await catalogs.createCatalogVariant(variantQuery('CHAI-20', id))).body.data;
    expect(variant.attributes).to.deep.include({
      sku: 'CHAI-20',
      inventoryPolicy: 0,
      inventoryQuantity: 39,
      price: 18,
    });
    expect(variant.relationships?.item?.data).to.deep.include({ type: 'catalog-item', id });

    const changed = await catalogs.updateCatalogVariant(variant.id, {
      data: { type: 'catalog-variant', id: variant.id, attributes: { price: 14.4, inventoryQuantity: 17 } },
    });
    expect(changed.body.data.attributes).to.deep.include({ price: 14.4, inventoryQuantity: 17, sku: 'CHAI-20' });
    await catalogs.updateCatalogItem(id, {
      data: { type: 'catalog-item', id, attributes: { price: 14.4, title: null } },
    });
    const read = await catalogs.getCatalogItem(id, { include: ['variants'] });
    expect(read.body.data.attributes).to.deep.include({ price: 14.4, title: 'Chai' });
    expect(read.body.included?.map((one) => one.id)).to.deep.equal([variant.id]);
    expect(read.body.data.relationships?.variants?.links?.related).to.equal(
      `${server.url}/api/catalog-items/${encodeURIComponent(id)}/variants`,
    );
    const history = async (stream: string): Promise<string[]> => {
      const events = await server.eventStore.readStream(stream);
      return events.map(({ type, data }) => {
        const { from, to } = data as { from?: number; to?: number };
        return from === undefined ? type : `${type} ${from} ${to}`;
      });
    };
    expect(await history(`catalog-item-${id}`)).to.deep.equal([
      'CatalogItemCreated',
      'CatalogItemInventoryChanged null 39',
      'CatalogItemInventoryChanged 39 17',
      'CatalogItemPriceChanged 18 14.4',
    ]);
    expect(await history(`catalog-variant-${variant.id}`)).to.deep.equal([
      'CatalogVariantCreated',
      'CatalogVariantPriceChanged 18 14.4',
      'CatalogVariantInventoryChanged 39 17',
    ]);
    const shown = await server.get(
      `/api/hookledger/streams/${encodeURIComponent(`catalog-variant-${variant.id}`)}/history`,
    );
    expect(JSON.stringify(shown.data)).to.include('price changed from 18 to 14.4');
  });

  it('lists them in pages, newest first, by what may be asked for', async () => {
    const { catalogs } = server.sdk;
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) ids.unshift(await newItem({ published: n !== 2 }));
    const [hidden] = ids.slice(2, 3) as [string];
    const first = (await catalogs.getCatalogItems({ pageSize: 3, fieldsCatalogItem: ['title'] })).body;
    expect(first.data.map(({ id }) => id)).to.deep.equal(ids.slice(0, 3));
    expect(first.data[0]?.attributes).to.have.property('url', undefined);
    const pageCursor = new URL(first.links?.next as string).searchParams.get('page[cursor]') as string;
    const second = (await catalogs.getCatalogItems({ pageSize: 3, pageCursor, sort: '-created' })).body;
    expect(second.data.map(({ id }) => id).slice(0, 2)).to.deep.equal(ids.slice(3));
    const unpublished = (await catalogs.getCatalogItems({ filter: 'equals(published,false)' })).body;
    expect(unpublished.data.map(({ id }) => id)).to.deep.equal([hidden]);
    expect(await refusal(catalogs.getCatalogItems({ filter: 'equals(published,maybe)' }))).to.deep.equal({
      status: 400,
      code: 'invalid',
      source: { parameter: 'filter' },
    });

    const [parent, other] = ids as [string, string];
    const variants = [await newVariant(parent), await newVariant(parent, { sku: 'CHAI-50' })].reverse();
    const elsewhere = await newVariant(other);
    const idsOf = async (answer: Promise<{ body: { data: readonly { id: string }[] } }>) =>
      (await answer).body.data.map(({ id }) => id);
    expect(await idsOf(catalogs.getVariantsForCatalogItem(parent))).to.deep.equal(variants);
    expect(await idsOf(catalogs.getVariantIdsForCatalogItem(parent, { pageSize: 1 }))).to.deep.equal([variants[0]]);
    expect(await idsOf(catalogs.getCatalogVariants({ pageSize: 1 }))).to.deep.equal([elsewhere]);
    expect(await idsOf(catalogs.getCatalogVariants({ filter: `equals(item.id,"${parent}")` }))).to.deep.equal(variants);
    expect(await idsOf(catalogs.getVariantsForCatalogItem(parent, { filter: 'equals(sku,"CHAI-50")' }))).to.deep.equal([
      variants[0],
    ]);
    const withVariants = (await catalogs.getCatalogItems({ pageSize: 2, include: ['variants'] })).body;
    expect(withVariants.included?.map(({ id }) => id)).to.have.members([...variants, elsewhere]);
  });

  it('takes out an item with its variants, or a variant alone', async () => {
    const { catalogs } = server.sdk;
    const item = await newItem();
    const [first, second] = [await newVariant(item), await newVariant(item)];
    expect((await catalogs.deleteCatalogVariant(first)).response.status).to.equal(204);
    expect((await refusal(catalogs.getCatalogVariant(first))).status).to.equal(404);
    expect((await catalogs.getCatalogVariant(second)).body.data.id).to.equal(second);
    expect((await catalogs.deleteCatalogItem(item)).response.status).to.equal(204);
    for (const call of [
      () => catalogs.getCatalogItem(item),
      () => catalogs.getCatalogVariant(second),
      () => catalogs.getVariantsForCatalogItem(item),
      () => catalogs.deleteCatalogItem(item),
      () => catalogs.deleteCatalogVariant(second),
      () => catalogs.updateCatalogItem(item, { data: { type: 'catalog-item', id: item, attributes: { price: 1 } } }),
    ]) {
      expect(await refusal(call())).to.deep.equal({ status: 404, code: 'not_found', source: {} });
    }
    const externalId = item.split(':::').at(-1) as string;
    expect((await catalogs.createCatalogItem(itemQuery(externalId))).body.data.id).to.equal(item);
  });

  it('refuses a second one of the same id, and says where else something is wrong', async () => {
    const { catalogs } = server.sdk;
    const item = await newItem();
    const conflict = { status: 409, code: 'conflict', source: { pointer: '/data/attributes/external_id' } };
    const externalId = item.split(':::').at(-1) as string;
    expect(await refusal(catalogs.createCatalogItem(itemQuery(externalId)))).to.deep.equal(conflict);
    const variant = await newVariant(item);
    const again = variantQuery(variant.split(':::').at(-1) as string, item);
    expect(await refusal(catalogs.createCatalogVariant(again))).to.deep.equal(conflict);
    expect(await refusal(catalogs.createCatalogVariant(variantQuery('NEW', 'nowhere')))).to.deep.equal({
      status: 400,
      code: 'invalid',
      source: { pointer: '/data/relationships/item/data/id' },
    });
    const post = async (attributes: object, relationships?: object) => {
      const { data } = itemQuery('x');
      const { externalId: external_id, customMetadata: _, ...others } = data.attributes;
      const body = { data: { ...data, attributes: { external_id, ...others, ...attributes }, relationships } };
      const response = await server.fetch('POST', '/api/catalog-items', { body });
      const [error] = ((await response.json()) as Document).errors;
      return { status: response.status, pointer: error?.source.pointer };
    };
    const at = (field: string) => ({ status: 400, pointer: `/data/attributes/${field}` });
    expect(await post({ price: -1 })).to.deep.equal(at('price'));
    expect(await post({ title: ' ' })).to.deep.equal(at('title'));
    expect(await post({ external_id: 'a\nb' })).to.deep.equal(at('external_id'));
    expect(await post({ external_id: 'x'.repeat(129) })).to.deep.equal(at('external_id'));
    expect(await post({ integration_type: 'shopify' })).to.deep.equal(at('integration_type'));
    expect(await post({ custom_metadata: [] })).to.deep.equal(at('custom_metadata'));
    expect(await post({ description: 'ä'.repeat(60_000) })).to.deep.equal({ status: 400, pointer: '/data/attributes' });
    const categories = { categories: { data: [{ type: 'catalog-category', id: 'tea' }] } };
    expect((await post({}, categories)).pointer).to.equal('/data/relationships/categories');
  });
});
