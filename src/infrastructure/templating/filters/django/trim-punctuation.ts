import { length, sliceText } from '../../values/text.js';
import type { Budget } from '../../values/value.js';
import { unescapeHtml } from './html-entities.js';

const BRACKETS: readonly (readonly [opening: string, closing: string])[] = [
  ['(', ')'],
  ['[', ']'],
];

export interface TrimmedWord {
  lead: string;
  middle: string;
  trail: string;
}

/** Takes brackets and punctuation off a word's ends; a closing bracket that has its partner inside stays. */
export function trimPunctuation(word: string, budget: Budget): TrimmedWord {
  const state: TrimmedWord = { lead: '', middle: word, trail: '' };
  for (let trimmed = true; trimmed; ) {
    // Each turn goes through the word again.
    budget.charge(state.middle.length * 4);
    trimmed = false;
    for (const [opening, closing] of BRACKETS) if (trimBrackets(state, opening, closing)) trimmed = true;
    if (trimEnd(state)) trimmed = true;
  }
  return state;
}

function trimBrackets(state: TrimmedWord, opening: string, closing: string): boolean {
  let trimmed = false;
  if (state.middle.startsWith(opening)) {
    state.middle = state.middle.slice(1);
    state.lead += opening;
    trimmed = true;
  }
  if (state.middle.endsWith(closing) && count(state.middle, closing) === count(state.middle, opening) + 1) {
    state.middle = state.middle.slice(0, -1);
    state.trail = closing + state.trail;
    trimmed = true;
  }
  return trimmed;
}

const count = (text: string, character: string): number => text.split(character).length - 1;

/** Punctuation at the end, but not the semicolon of an entity. */
function trimEnd(state: TrimmedWord): boolean {
  const unescaped = unescapeHtml(state.middle);
  let end = unescaped.length;
  while (end > 0 && '.,:;!'.includes(unescaped.charAt(end - 1))) end--;
  if (end === unescaped.length) return false;
  // As Django does, though entities make the two texts' positions differ.
  state.trail = sliceText(state.middle, length(unescaped.slice(0, end))) + state.trail;
  state.middle = state.middle.slice(0, end - unescaped.length);
  return true;
}
