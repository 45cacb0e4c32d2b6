import { z } from 'zod';
import type { CatalogEntry } from '../../../projections/catalog/catalog-queries.js';
import type { Resource } from '../json-api.js';
import { time } from '../schemas/answers.js';
import { type ProfileFilterWire, profileFilter, shownFilter } from '../schemas/filter-schemas.js';

const common = { name: z.string(), created: time, updated: time };
const counted = { profile_count: z.int().optional().describe('Where it is asked for, of one alone') };

/** What each kind shows; what goes beyond the common is what Klaviyo's models have and hookledger has one answer for. */
export const catalogAttributes = {
  metric: z.object({ ...common, integration: z.null() }),
  list: z.object({ ...common, opt_in_process: z.literal('single_opt_in'), ...counted }),
  segment: z.object({
    ...common,
    definition: profileFilter.describe('Without groups where members are set by the caller'),
    is_active: z.literal(true),
    is_processing: z.boolean().describe('Whether profiles that were there before it are still looked at'),
    is_starred: z.literal(false),
    ...counted,
  }),
};

export const CATALOG_FIELDS = {
  metric: Object.keys(catalogAttributes.metric.shape),
  list: Object.keys(catalogAttributes.list.shape),
  segment: Object.keys(catalogAttributes.segment.shape),
};

/** A metric, list or segment; with the number of its profiles where that is given. */
export function catalogResource(
  { kind, id, name, definition, populated, createdAt, updatedAt }: CatalogEntry,
  profileCount?: number,
): Resource {
  const entry = { name, created: createdAt, updated: updatedAt };
  const resource = { type: kind, id, path: `/api/${kind}s/${encodeURIComponent(id)}` };
  const flowTriggers = { 'flow-triggers': { linked: true } };
  const ofAudience = { profiles: { linked: true }, ...flowTriggers };
  const counted = profileCount === undefined ? {} : { profile_count: profileCount };
  switch (kind) {
    case 'metric': {
      const attributes: z.infer<(typeof catalogAttributes)['metric']> = { ...entry, integration: null };
      return { ...resource, attributes, relationships: flowTriggers };
    }
    case 'list': {
      const attributes: z.infer<(typeof catalogAttributes)['list']> = {
        ...entry,
        opt_in_process: 'single_opt_in',
        ...counted,
      };
      return { ...resource, attributes, relationships: ofAudience };
    }
    case 'segment': {
      const attributes: z.infer<(typeof catalogAttributes)['segment']> = {
        ...entry,
        definition:
          definition === undefined ? { condition_groups: [] } : (shownFilter(definition) as ProfileFilterWire),
        is_active: true,
        is_processing: !populated,
        is_starred: false,
        ...counted,
      };
      return { ...resource, attributes, relationships: ofAudience };
    }
  }
}
