import { DJANGO_FILTERS } from '../django/django-filters.js';
import type { Filter } from '../filter.js';

const DEFAULT_LENGTH = 50;

const truncatechars = DJANGO_FILTERS.get('truncatechars')!;

/** Django's `truncatechars`, which counts its ellipsis too; to 50 characters if no length is given. */
export const truncate: Filter = {
  ...truncatechars,
  argument: 'optional',
  apply: (value, argument, context, inputSafe) =>
    truncatechars.apply(value, argument ?? DEFAULT_LENGTH, context, inputSafe),
};
