import { escapeBounded } from '../../values/html.js';
import { iterate } from '../../values/iterating.js';
import { str } from '../../values/printing.js';
import { type Budget, SafeText, type Value } from '../../values/value.js';
import type { Filter } from '../filter.js';
import { grown } from './grown.js';
import { textFilter } from './text-filter.js';

export const escapingFilters: readonly (readonly [string, Filter])[] = [
  ['addslashes', textFilter({ isSafe: true }, (text, { budget }) => grown(text.replace(/[\\"']/g, '\\$&'), budget))],
  [
    'escape',
    textFilter({ isSafe: true }, (text, { budget, safe }) => new SafeText(safe ? text : escapeBounded(text, budget))),
  ],
  ['escapejs', textFilter({ isSafe: false }, (text, { budget }) => new SafeText(escapeJs(text, budget)))],
  ['force_escape', textFilter({ isSafe: true }, (text, { budget }) => new SafeText(escapeBounded(text, budget)))],
  ['safe', textFilter({ isSafe: true }, (text) => new SafeText(text))],
  ['safeseq', { argument: 'none', isSafe: true, apply: (value, _argument, { budget }) => safeItems(value, budget) }],
];

const JS_ESCAPES: ReadonlyMap<string, string> = new Map(
  Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code))
    .concat('\\', "'", '"', '>', '<', '&', '=', '-', ';', '`', '\u2028', '\u2029')
    .map((character) => {
      const hex = character.charCodeAt(0).toString(16).toUpperCase();
      return [character, `\\u${hex.padStart(4, '0')}`];
    }),
);

/** All that could end a literal in a script, or begin a tag. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is escaped
const JS_SPECIAL = /[\0-\x1f\\'"><&=\-;`\u2028\u2029]/g;

function escapeJs(text: string, budget: Budget): string {
  budget.charge(text.length * 4);
  return grown(
    text.replace(JS_SPECIAL, (character) => JS_ESCAPES.get(character) ?? character),
    budget,
  );
}

function safeItems(value: Value, budget: Budget): Value {
  const items = iterate(value, budget);
  budget.charge(items.length);
  const safe = items.map((item) => (item instanceof SafeText ? item : new SafeText(str(item, budget))));
  // Django marks what a safe text turned into: the list becomes its text.
  return value instanceof SafeText ? new SafeText(str(safe, budget)) : safe;
}
