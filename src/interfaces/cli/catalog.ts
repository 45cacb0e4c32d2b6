import { catalogProjection } from '../../projections/catalog/catalog-projection.js';
import { type CatalogKind, CatalogQueries } from '../../projections/catalog/catalog-queries.js';
import { readSettings } from '../../settings.js';
import { allPages } from './all-pages.js';
import { printList } from './print-list.js';
import type { JsonFlag } from './print-result.js';
import { withLook } from './with-look.js';

/** What flows can be triggered by: all metrics, lists or segments; newest first. */
export const listCatalog =
  (kind: CatalogKind) =>
  async (flags: JsonFlag & { data?: string }): Promise<void> => {
    const settings = readSettings(flags, process.env);
    await withLook(settings, [catalogProjection], async (db) => {
      const catalog = new CatalogQueries(db);
      const all = allPages((request) => catalog.entries(kind, request));
      const count = await printList(flags, all, ['id', 'created', 'name'], ({ id, createdAt, name }) => [
        id,
        createdAt,
        name,
      ]);
      if (count === 0) process.stderr.write(`There is no ${kind}.\n`);
    });
  };
