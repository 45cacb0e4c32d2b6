import type { Budget } from '../../values/value.js';

/** The text that a filter made, refused where it is too long. For what grows by a small factor only, which may be made first. */
export function grown(text: string, budget: Budget): string {
  budget.charge(text.length);
  budget.chargeText(text.length);
  return text;
}
