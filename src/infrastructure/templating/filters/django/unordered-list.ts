import { escapeBounded } from '../../values/html.js';
import { iterate } from '../../values/iterating.js';
import { str } from '../../values/printing.js';
import { isTrue } from '../../values/truth.js';
import { PyError, SafeText, Tuple, type Value } from '../../values/value.js';
import type { FilterContext } from '../filter.js';

/** Levels of lists. */
const MAX_DEPTH = 200;

/**
 * Items of a list as `<li>`; a list behind an item becomes a list inside it.
 * @throws PyError TypeError for what can't be iterated over
 */
export function unorderedList(value: Value, _argument: Value, context: FilterContext): SafeText {
  return new SafeText(listItems(value, 1, context));
}

function listItems(value: Value, depth: number, context: FilterContext): string {
  if (depth > MAX_DEPTH)
    throw new PyError('ValueError', `A list nested deeper than ${MAX_DEPTH} levels can't be written.`);
  const { budget } = context;
  const indent = '\t'.repeat(depth);
  const items = iterate(value, budget);
  let text = '';
  for (let index = 0; index < items.length; index++) {
    const next = items[index + 1];
    const children = Array.isArray(next) || next instanceof Tuple ? next : undefined;
    const entry = `${indent}<li>${itemText(items[index], context)}`;
    if (children !== undefined) index++;
    const nested =
      children !== undefined && isTrue(children)
        ? `\n${indent}<ul>\n${listItems(children, depth + 1, context)}\n${indent}</ul>\n${indent}`
        : '';
    budget.charge(entry.length + nested.length);
    budget.chargeText(text.length + entry.length + nested.length);
    text += `${text === '' ? '' : '\n'}${entry}${nested}</li>`;
  }
  return text;
}

function itemText(item: Value, { autoescape, budget }: FilterContext): string {
  const text = str(item, budget);
  return autoescape && !(item instanceof SafeText) ? escapeBounded(text, budget) : text;
}
