import { DJANGO_FILTERS } from '../django/django-filters.js';
import type { Filter } from '../filter.js';
import { COMPARING_FILTERS } from './comparing-filters.js';
import { DATE_FILTERS } from './date-filters.js';
import { ENCODING_FILTERS } from './encoding-filters.js';
import { escapeOnce } from './escape-once.js';
import { LIST_FILTERS } from './list-filters.js';
import { lookup } from './lookup.js';
import { NUMBER_FILTERS } from './number-filters.js';
import { REPLACING_FILTERS } from './replacing-filters.js';
import { SPLITTING_FILTERS } from './splitting-filters.js';
import { TEXT_FILTERS } from './text-filters.js';
import { truncate } from './truncate.js';
import { URL_FILTERS } from './url-filters.js';

const django = (name: string): Filter => {
  const filter = DJANGO_FILTERS.get(name);
  if (filter === undefined) {
    throw new Error(`Django's filter ${name} is missing`);
  }
  return filter;
};

/** Other names that Klaviyo gives to filters of Django. */
const ALIASES: readonly (readonly [string, Filter])[] = [
  ['capitalize', django('capfirst')],
  ['downcase', django('lower')],
  ['upcase', django('upper')],
  ['strip_html', django('striptags')],
  ['newline_to_br', django('linebreaksbr')],
  ['count', django('length')],
  ['size', django('length')],
];

/** The filters that Klaviyo has beside Django's; none has the name of one of those. */
export const KLAVIYO_FILTERS: ReadonlyMap<string, Filter> = new Map([
  ...ALIASES,
  ...NUMBER_FILTERS,
  ...COMPARING_FILTERS,
  ...TEXT_FILTERS,
  ...REPLACING_FILTERS,
  ...SPLITTING_FILTERS,
  ...ENCODING_FILTERS,
  ...URL_FILTERS,
  ...LIST_FILTERS,
  ...DATE_FILTERS,
  ['truncate', truncate],
  ['escape_once', escapeOnce],
  ['lookup', lookup],
]);
