import type { Filter } from '../filter.js';
import { caseFilters } from './case-filters.js';
import { dateFilters } from './date-filters.js';
import { escapingFilters } from './escaping-filters.js';
import { lineFilters } from './line-filters.js';
import { listFilters } from './list-filters.js';
import { logicFilters } from './logic-filters.js';
import { numberFilters } from './number-filters.js';
import { paddingFilters } from './padding-filters.js';
import { pageFilters } from './page-filters.js';
import { sortingFilters } from './sorting-filters.js';
import { textFilters } from './text-filters.js';
import { truncatingFilters } from './truncating-filters.js';
import { urlFilters } from './url-filters.js';

/** Django 3.2's built-in filters, by name. */
export const DJANGO_FILTERS: ReadonlyMap<string, Filter> = new Map(
  [
    caseFilters,
    dateFilters,
    escapingFilters,
    lineFilters,
    listFilters,
    logicFilters,
    numberFilters,
    paddingFilters,
    pageFilters,
    sortingFilters,
    textFilters,
    truncatingFilters,
    urlFilters,
  ].flatMap((filters) => filters.map(([name, filter]) => [name, takesMissingAsEmpty(filter)] as const)),
);

/** In Django a name that isn't there has become an empty text before any filter sees it. */
function takesMissingAsEmpty(filter: Filter): Filter {
  const apply: Filter['apply'] = (value, argument, context, inputSafe) =>
    filter.apply(value === undefined ? '' : value, argument, context, inputSafe);
  return { ...filter, apply };
}
