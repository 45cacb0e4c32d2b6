import { conditionalEscape } from '../../values/html.js';
import { SafeText, type Value } from '../../values/value.js';
import type { Filter, FilterContext } from '../filter.js';
import { grown } from './grown.js';
import { jsonText } from './json-text.js';
import { prettyText } from './pretty-text.js';

export const pageFilters: readonly (readonly [string, Filter])[] = [
  ['json_script', { argument: 'required', isSafe: true, apply: jsonScript }],
  ['pprint', { argument: 'none', isSafe: true, apply: (value, _argument, { budget }) => prettyText(value, budget) }],
];

function jsonScript(value: Value, argument: Value, { budget }: FilterContext): SafeText {
  const id = conditionalEscape(argument === undefined ? '' : argument, budget).text;
  const json = jsonText(value, budget).replace(/[<>&]/g, (character) => {
    return `\\u00${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
  return new SafeText(grown(`<script id="${id}" type="application/json">${json}</script>`, budget));
}
