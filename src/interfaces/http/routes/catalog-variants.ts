import { z } from 'zod';
import type { VariantView } from '../../../projections/products/product-queries.js';
import { commandContextOf } from '../command-context-of.js';
import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';
import { checkIdOfPath, found, mapPage, sendCollection, sendResource } from '../json-api.js';
import { variantAttributes, variantChanges } from '../product-attributes.js';
import { listRequest, paging, sortBy, sparseFields } from '../query-parameters.js';
import { readable } from '../readable.js';
import { below } from '../refusals.js';
import { shownVariant, VARIANT_FIELDS, variantResource } from '../resources/product-resource.js';
import { collectionAnswer, nothing, resourceAnswer } from '../schemas/answers.js';
import { idOf } from '../schemas/fields.js';
import { createVariantBody, updateVariantBody } from '../schemas/product-schemas.js';
import { CATALOG_PAGE, variantFilter } from './catalog-items.js';

const fieldsOfVariant = { 'fields[catalog-variant]': sparseFields(VARIANT_FIELDS) };
const oneVariant = resourceAnswer('catalog-variant', shownVariant);

export function catalogVariantRoutes(app: HttpServer, deps: HttpDependencies): void {
  const { products, queries } = deps;
  const tags = ['Catalogs'];
  const variantOf = async (id: string): Promise<VariantView> =>
    found(await queries.products.variant(id), 'catalog variant', id);

  app.post(
    '/api/catalog-variants',
    {
      config: {
        repeats: 'answered',
        scope: 'catalogs:write',
        refusalsAt: below('/data', { '/itemId': '/relationships/item/data/id' }),
        answers: { 201: oneVariant },
      },
      schema: {
        tags,
        operationId: 'createCatalogVariant',
        summary: 'Create Catalog Variant',
        body: createVariantBody,
        querystring: z.strictObject(fieldsOfVariant),
      },
    },
    async (request, reply) => {
      const { attributes, relationships } = request.body.data;
      const created = await products.createVariant(
        attributes.external_id,
        relationships.item.data.id,
        variantAttributes(attributes),
        commandContextOf(request),
      );
      await readable(deps, created, 'products');
      return sendResource(request, reply.code(201), variantResource(await variantOf(created.result.variantId)));
    },
  );

  app.get(
    '/api/catalog-variants',
    {
      config: { scope: 'catalogs:read', answers: { 200: collectionAnswer('catalog-variant', shownVariant) } },
      schema: {
        tags,
        operationId: 'getCatalogVariants',
        summary: 'Get Catalog Variants',
        querystring: z.strictObject({
          ...paging(CATALOG_PAGE),
          ...fieldsOfVariant,
          filter: variantFilter,
          sort: sortBy(['created']),
        }),
      },
    },
    async (request, reply) => {
      const page = await queries.products.variants(listRequest(request.query));
      return sendCollection(request, reply, mapPage(page, variantResource));
    },
  );

  app.get(
    '/api/catalog-variants/:id',
    {
      config: { scope: 'catalogs:read', answers: { 200: oneVariant } },
      schema: {
        tags,
        operationId: 'getCatalogVariant',
        summary: 'Get Catalog Variant',
        params: idOf('catalog variant'),
        querystring: z.strictObject(fieldsOfVariant),
      },
    },
    async (request, reply) => sendResource(request, reply, variantResource(await variantOf(request.params.id))),
  );

  app.patch(
    '/api/catalog-variants/:id',
    {
      config: { scope: 'catalogs:write', refusalsAt: below('/data'), answers: { 200: oneVariant } },
      schema: {
        tags,
        operationId: 'updateCatalogVariant',
        summary: 'Update Catalog Variant',
        params: idOf('catalog variant'),
        body: updateVariantBody,
        querystring: z.strictObject(fieldsOfVariant),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { data } = request.body;
      checkIdOfPath(id, data.id);
      await readable(
        deps,
        await products.updateVariant(id, variantChanges(data.attributes), commandContextOf(request)),
        'products',
      );
      return sendResource(request, reply, variantResource(await variantOf(id)));
    },
  );

  app.delete(
    '/api/catalog-variants/:id',
    {
      config: { scope: 'catalogs:write', answers: { 204: nothing('The variant is taken out of the catalog') } },
      schema: {
        tags,
        operationId: 'deleteCatalogVariant',
        summary: 'Delete Catalog Variant',
        params: idOf('catalog variant'),
      },
    },
    async (request, reply) => {
      await readable(deps, await products.removeVariant(request.params.id, commandContextOf(request)), 'products');
      return reply.code(204).send();
    },
  );
}
