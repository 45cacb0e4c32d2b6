import type { Budget } from './value.js';

const MARKS = /\p{M}{30,}/gu;

/**
 * The text in one of Unicode's normal forms. Marks that follow one another are sorted, which takes time that grows with the
 * square of how many there are: a run longer than any language's is charged so.
 */
export function normalized(text: string, form: 'NFC' | 'NFKD', budget: Budget): string {
  budget.charge(text.length);
  for (const [run] of text.matchAll(MARKS)) budget.charge((run.length * run.length) / 16);
  return text.normalize(form);
}
