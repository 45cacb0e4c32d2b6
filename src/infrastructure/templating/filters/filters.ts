import { jsonText } from '../json-escaping.js';
import { assertTextLength } from '../limits.js';
import type { RenderRun } from '../render-run.js';
import { type Filter, wholeNumber } from './filter.js';
import { listFilters } from './list-filters.js';
import { numberFilters } from './number-filters.js';
import { textFilters } from './text-filters.js';

/**
 * nunjucks' filters as its documentation has them, save those that reach attributes by prototypes, make HTML or are
 * random; and `lookup`, for names that a dot can't take: `person|lookup('Custom Property')`.
 */
export const filters: ReadonlyMap<string, Filter> = new Map([
  ...textFilters,
  ...listFilters,
  ...numberFilters,
  ['d', { parameters: ['default_value', 'boolean'], apply: orDefault }],
  ['default', { parameters: ['default_value', 'boolean'], apply: orDefault }],
  ['dump', { parameters: ['indent'], apply: dump }],
]);

function orDefault(_run: RenderRun, value: unknown, fallback: unknown, forFalsy: unknown): unknown {
  return value === undefined || (forFalsy && !value) ? fallback : value;
}

function dump(run: RenderRun, value: unknown, indent: unknown): string {
  const text = jsonText(value, run, Math.min(10, wholeNumber('dump', indent, 0, 0)));
  assertTextLength(text.length);
  return text;
}
