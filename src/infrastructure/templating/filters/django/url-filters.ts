import { type Budget, SafeText } from '../../values/value.js';
import type { Filter } from '../filter.js';
import { grown } from './grown.js';
import { percentEncode } from './percent-encoding.js';
import { sizeArgument } from './size-argument.js';
import { textArgument } from './text-argument.js';
import { type TextFilterCall, textFilter } from './text-filter.js';
import { urlize } from './urlize.js';

/** What an international address may keep: all that has a meaning in one, and `%`. */
const KEPT_IN_IRI = "/#%[]=:;$&()+,!?*@'~";

export const urlFilters: readonly (readonly [string, Filter])[] = [
  ['iriencode', textFilter({ isSafe: true }, (text, { budget }) => encoded(text, KEPT_IN_IRI, budget))],
  [
    'urlencode',
    textFilter({ argument: 'optional', isSafe: false }, (text, { argument, budget }) => {
      const kept = argument === undefined || argument === null || text === '' ? '/' : textArgument(argument);
      return encoded(text, kept, budget);
    }),
  ],
  ['urlize', textFilter({ isSafe: true }, (text, call) => links(text, call, undefined))],
  [
    'urlizetrunc',
    textFilter({ argument: 'required', isSafe: true }, (text, call) => links(text, call, sizeArgument(call.argument))),
  ],
];

function encoded(text: string, kept: string, budget: Budget): string {
  budget.charge(text.length * 4);
  return grown(percentEncode(text, kept), budget);
}

const links = (text: string, { context, budget, safe }: TextFilterCall, limit: number | undefined): SafeText =>
  new SafeText(urlize(text, { escapes: context.autoescape && !safe, limit }, budget));
