import type { Budget } from '../../values/value.js';
import { TagStripper } from './tag-stripper.js';

/** The text without tags and comments. As what is left may be a tag again, it is done until nothing more goes. */
export function stripTags(text: string, budget: Budget): string {
  let rest = text;
  while (rest.includes('<') && rest.includes('>')) {
    budget.charge(rest.length);
    const stripped = new TagStripper(rest, budget).strip();
    if (count(rest) === count(stripped)) break;
    rest = stripped;
  }
  return rest;
}

function count(text: string): number {
  let opening = 0;
  for (let index = text.indexOf('<'); index >= 0; index = text.indexOf('<', index + 1)) opening++;
  return opening;
}
