import { titleCase } from '../../values/letter-case.js';
import type { Filter } from '../filter.js';
import { grown } from './grown.js';
import { type TextFilterCall, textFilter } from './text-filter.js';

export const caseFilters: readonly (readonly [string, Filter])[] = [
  ['capfirst', textFilter({ isSafe: true }, (text, { budget }) => grown(capitalFirst(text), budget))],
  ['lower', textFilter({ isSafe: true }, (text, { budget }) => grown(text.toLowerCase(), budget))],
  ['title', textFilter({ isSafe: true }, titled)],
  // Not safe: `&amp;` in capitals is no entity any more.
  ['upper', textFilter({ isSafe: false }, (text, { budget }) => grown(text.toUpperCase(), budget))],
];

function capitalFirst(text: string): string {
  const first = String.fromCodePoint(text.codePointAt(0) ?? 0x20);
  return text === '' ? text : first.toUpperCase() + text.slice(first.length);
}

function titled(text: string, { budget }: TextFilterCall): string {
  // Each character is looked at by itself.
  budget.charge(text.length * 8);
  return grown(title(text), budget);
}

/** As Python, save that a letter behind an apostrophe or a digit stays small: `Joe's`, `1st`. */
function title(text: string): string {
  return titleCase(text)
    .replace(/[a-z]'[A-Z]/g, (match) => match.toLowerCase())
    .replace(/\p{Nd}[A-Z]/gu, (match) => match.toLowerCase());
}
