import { str } from '../../values/printing.js';
import { indexOfText, occurrences } from '../../values/text-search.js';
import type { Budget, Value } from '../../values/value.js';
import type { Filter } from '../filter.js';

/** Which of the places that match are replaced. The work has been charged for. */
type Choice = (text: string, old: string) => readonly number[];

const every: Choice = occurrences;
const first: Choice = (text, old) => {
  const place = indexOfText(text, old);
  return place < 0 ? [] : [place];
};
/** Searched for from the end, where it may overlap an earlier one, as with Python's `rfind`. */
const last: Choice = (text, old) => {
  const place = indexOfText(backwards(text), backwards(old));
  return place < 0 ? [] : [text.length - place - old.length];
};

/** By UTF-16 units, so that places can be counted back. */
const backwards = (text: string): string => text.split('').reverse().join('');

/** Replaces by an argument "old|new"; what is behind the first bar is the new. Without a bar or an old text, nothing changes. */
const replacing = (choose: Choice): Filter => ({
  argument: 'required',
  takesText: true,
  apply: (value, argument, { budget }) => {
    const pair = str(argument, budget);
    const bar = pair.indexOf('|');
    return bar < 0 ? value : replaced(value as string, pair.slice(0, bar), pair.slice(bar + 1), choose, budget);
  },
});

const removing = (choose: Choice): Filter => ({
  argument: 'required',
  takesText: true,
  apply: (value: Value, argument, { budget }) => replaced(value as string, str(argument, budget), '', choose, budget),
});

const replaced = (text: string, old: string, replacement: string, choose: Choice, budget: Budget): string => {
  if (old === '') {
    return text;
  }
  budget.charge(2 * (text.length + old.length));
  const places = choose(text, old);
  budget.chargeText(text.length + places.length * (replacement.length - old.length));
  let result = '';
  let copied = 0;
  for (const place of places) {
    result += text.slice(copied, place) + replacement;
    copied = place + old.length;
  }
  return result + text.slice(copied);
};

export const REPLACING_FILTERS: readonly (readonly [string, Filter])[] = [
  ['find_replace', replacing(every)],
  ['replace_first', replacing(first)],
  ['replace_last', replacing(last)],
  ['remove', removing(every)],
  ['remove_first', removing(first)],
  ['remove_last', removing(last)],
];
