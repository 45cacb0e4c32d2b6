import type { FlowTrigger } from '../../../../domain/flow/flow-trigger.js';
import type { CatalogQueries } from '../../../../projections/catalog/catalog-queries.js';
import { filterInWords } from '../../../words/filter-in-words.js';
import { triggerInWords } from '../../../words/trigger-in-words.js';

/** What starts a flow, as pages say it: metrics, lists and segments by their names. */
export async function triggerShown(catalog: CatalogQueries, trigger: FlowTrigger): Promise<string> {
  if (!('id' in trigger)) return capitalised(triggerInWords(trigger));
  const name = (await catalog.entry(trigger.type, trigger.id))?.name ?? trigger.id;
  const only =
    'filter' in trigger && trigger.filter !== undefined ? `, only where ${filterInWords(trigger.filter)}` : '';
  return `${capitalised(trigger.type)} “${name}”${only}`;
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
