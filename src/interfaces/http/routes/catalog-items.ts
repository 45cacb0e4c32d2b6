import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ItemView } from '../../../projections/products/product-queries.js';
import { commandContextOf } from '../command-context-of.js';
import { filterBy, textField, truthField } from '../filter-parameter.js';
import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';
import {
  checkIdOfPath,
  found,
  mapPage,
  type Resource,
  sendCollection,
  sendIdentifiers,
  sendResource,
} from '../json-api.js';
import { itemAttributes, itemChanges } from '../product-attributes.js';
import { listRequest, paging, someOf, sortBy, sparseFields } from '../query-parameters.js';
import { readable } from '../readable.js';
import { below } from '../refusals.js';
import {
  ITEM_FIELDS,
  itemResource,
  shownItem,
  shownVariant,
  VARIANT_FIELDS,
  variantResource,
} from '../resources/product-resource.js';
import { collectionAnswer, identifiersAnswer, nothing, resourceAnswer } from '../schemas/answers.js';
import { idOf } from '../schemas/fields.js';
import { createItemBody, updateItemBody } from '../schemas/product-schemas.js';

/** Klaviyo's page of catalog things. */
export const CATALOG_PAGE = 100;

/** Included variants of one item, at the most; all of them are under its variants. */
const MOST_INCLUDED = 100;

const fieldsOfItem = { 'fields[catalog-item]': sparseFields(ITEM_FIELDS) };
const fieldsOfVariant = { 'fields[catalog-variant]': sparseFields(VARIANT_FIELDS) };
const withVariants = { ...fieldsOfItem, ...fieldsOfVariant, include: someOf(['variants']) };
export const variantFilter = filterBy(
  {
    ids: textField('any'),
    'item.id': textField('equals'),
    sku: textField('equals'),
    title: textField('contains'),
    published: truthField('equals'),
  },
  'equals(sku,"CHAI-20")',
);
const variantsQuery = {
  ...paging(CATALOG_PAGE),
  filter: variantFilter,
  sort: sortBy(['created']),
};
type VariantsQuery = z.infer<z.ZodObject<typeof variantsQuery>>;

const itemFilter = filterBy(
  { ids: textField('any'), title: textField('contains'), published: truthField('equals') },
  'contains(title,"Chai")',
  { 'category.id': 'the catalog has no categories here' },
);

const oneItem = resourceAnswer('catalog-item', shownItem);

export function catalogItemRoutes(app: HttpServer, deps: HttpDependencies): void {
  const { products, queries } = deps;
  const tags = ['Catalogs'];
  const itemOf = async (id: string): Promise<ItemView> => found(await queries.products.item(id), 'catalog item', id);
  const variantsOf = async (itemId: string): Promise<Resource[]> =>
    (await queries.products.variants({ size: MOST_INCLUDED }, { itemId })).items.map(variantResource);
  const pageOfVariants = async (request: FastifyRequest<{ Params: { id: string } }>, query: VariantsQuery) => {
    const { itemId } = await itemOf(request.params.id);
    return mapPage(await queries.products.variants(listRequest(query), { itemId }), variantResource);
  };

  app.post(
    '/api/catalog-items',
    {
      config: {
        repeats: 'answered',
        scope: 'catalogs:write',
        refusalsAt: below('/data'),
        answers: { 201: oneItem },
      },
      schema: {
        tags,
        operationId: 'createCatalogItem',
        summary: 'Create Catalog Item',
        body: createItemBody,
        querystring: z.strictObject(fieldsOfItem),
      },
    },
    async (request, reply) => {
      const { attributes } = request.body.data;
      const created = await products.createItem(
        attributes.external_id,
        itemAttributes(attributes),
        commandContextOf(request),
      );
      await readable(deps, created, 'products');
      return sendResource(request, reply.code(201), itemResource(await itemOf(created.result.itemId)));
    },
  );

  app.get(
    '/api/catalog-items',
    {
      config: { scope: 'catalogs:read', answers: { 200: collectionAnswer('catalog-item', shownItem) } },
      schema: {
        tags,
        operationId: 'getCatalogItems',
        summary: 'Get Catalog Items',
        querystring: z.strictObject({
          ...paging(CATALOG_PAGE),
          ...withVariants,
          filter: itemFilter,
          sort: sortBy(['created']),
        }),
      },
    },
    async (request, reply) => {
      const page = await queries.products.items(listRequest(request.query));
      const shown = mapPage(page, itemResource);
      if (request.query.include === undefined) return sendCollection(request, reply, shown);
      const included = await Promise.all(page.items.map(({ itemId }) => variantsOf(itemId)));
      return sendCollection(request, reply, shown, included.flat());
    },
  );

  app.get(
    '/api/catalog-items/:id',
    {
      config: { scope: 'catalogs:read', answers: { 200: oneItem } },
      schema: {
        tags,
        operationId: 'getCatalogItem',
        summary: 'Get Catalog Item',
        params: idOf('catalog item'),
        querystring: z.strictObject(withVariants),
      },
    },
    async (request, reply) => {
      const item = await itemOf(request.params.id);
      if (request.query.include === undefined) return sendResource(request, reply, itemResource(item));
      return sendResource(request, reply, itemResource(item), await variantsOf(item.itemId));
    },
  );

  app.patch(
    '/api/catalog-items/:id',
    {
      config: { scope: 'catalogs:write', refusalsAt: below('/data'), answers: { 200: oneItem } },
      schema: {
        tags,
        operationId: 'updateCatalogItem',
        summary: 'Update Catalog Item',
        params: idOf('catalog item'),
        body: updateItemBody,
        querystring: z.strictObject(fieldsOfItem),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { data } = request.body;
      checkIdOfPath(id, data.id);
      await readable(
        deps,
        await products.updateItem(id, itemChanges(data.attributes), commandContextOf(request)),
        'products',
      );
      return sendResource(request, reply, itemResource(await itemOf(id)));
    },
  );

  app.delete(
    '/api/catalog-items/:id',
    {
      config: {
        scope: 'catalogs:write',
        answers: { 204: nothing('The item is taken out of the catalog, and its variants with it') },
      },
      schema: {
        tags,
        operationId: 'deleteCatalogItem',
        summary: 'Delete Catalog Item',
        params: idOf('catalog item'),
      },
    },
    async (request, reply) => {
      await readable(deps, await products.removeItem(request.params.id, commandContextOf(request)), 'products');
      return reply.code(204).send();
    },
  );

  app.get(
    '/api/catalog-items/:id/variants',
    {
      config: { scope: 'catalogs:read', answers: { 200: collectionAnswer('catalog-variant', shownVariant) } },
      schema: {
        tags,
        operationId: 'getVariantsForCatalogItem',
        summary: 'Get Variants for Catalog Item',
        params: idOf('catalog item'),
        querystring: z.strictObject({ ...variantsQuery, ...fieldsOfVariant }),
      },
    },
    async (request, reply) => sendCollection(request, reply, await pageOfVariants(request, request.query)),
  );

  app.get(
    '/api/catalog-items/:id/relationships/variants',
    {
      config: { scope: 'catalogs:read', answers: { 200: identifiersAnswer('catalog-variant') } },
      schema: {
        tags,
        operationId: 'getVariantIdsForCatalogItem',
        summary: 'Get Variant IDs for Catalog Item',
        params: idOf('catalog item'),
        querystring: z.strictObject(variantsQuery),
      },
    },
    async (request, reply) => sendIdentifiers(request, reply, await pageOfVariants(request, request.query)),
  );
}
