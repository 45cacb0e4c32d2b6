import { normalized } from '../../values/normalizing.js';
import { occurrences } from '../../values/text-search.js';
import { type Budget, PyError, SafeText, type Value } from '../../values/value.js';
import { SPACES, words } from '../../values/white-space.js';
import type { Filter, FilterContext } from '../filter.js';
import { grown } from './grown.js';
import { stripTags } from './strip-tags.js';
import { textArgument } from './text-argument.js';
import { type TextFilterCall, textFilter } from './text-filter.js';

export const textFilters: readonly (readonly [string, Filter])[] = [
  ['cut', textFilter({ argument: 'required', isSafe: false }, cut)],
  ['make_list', textFilter({ isSafe: false }, (text) => Array.from(text))],
  ['phone2numeric', { argument: 'none', isSafe: true, apply: phoneToNumeric }],
  ['slugify', textFilter({ isSafe: true }, (text, { budget }) => slug(text, budget))],
  ['striptags', textFilter({ isSafe: true }, (text, { budget }) => grown(stripTags(text, budget), budget))],
  ['wordcount', textFilter({ isSafe: false }, (text) => words(text).length)],
];

function cut(text: string, { argument, budget, safe }: TextFilterCall): Value {
  const part = textArgument(argument);
  let rest = text;
  if (part !== '') {
    budget.charge(part.length);
    const places = occurrences(text, part);
    budget.charge(places.length);
    let from = 0;
    rest = '';
    for (const place of places) {
      rest += text.slice(from, place);
      from = place + part.length;
    }
    rest += text.slice(from);
  }
  // Without its semicolons a safe text may hold broken entities.
  return safe && part !== ';' ? new SafeText(rest) : rest;
}

const KEYS = '22233344455566677778889999';

function phoneToNumeric(value: Value, _argument: Value, { budget }: FilterContext): Value {
  const text = value instanceof SafeText ? value.text : value;
  if (typeof text !== 'string') throw new PyError('TypeError', 'phone2numeric takes a text.');
  budget.charge(text.length * 4);
  return grown(text.toLowerCase(), budget).replace(/[a-z]/g, (letter) => KEYS.charAt(letter.charCodeAt(0) - 97));
}

const NO_SLUG_CHARACTER = new RegExp(`[^\\w${SPACES}-]`, 'g');
const GAP = new RegExp(`[-${SPACES}]+`, 'g');

/** Of a text's compatibility form: its ASCII letters, digits and underscores, with a hyphen for each gap. */
function slug(text: string, budget: Budget): string {
  budget.charge(text.length * 4);
  const hyphenated = grown(normalized(text, 'NFKD', budget), budget)
    .replace(/[^\0-\x7f]/g, '')
    .toLowerCase()
    .replace(NO_SLUG_CHARACTER, '')
    .replace(GAP, '-');
  let start = 0;
  let end = hyphenated.length;
  while (start < end && '-_'.includes(hyphenated.charAt(start))) start++;
  while (end > start && '-_'.includes(hyphenated.charAt(end - 1))) end--;
  return hyphenated.slice(start, end);
}
