import { isCombining } from '../../values/combining.js';
import { normalized } from '../../values/normalizing.js';
import type { Budget } from '../../values/value.js';
import { words } from '../../values/white-space.js';

export const ELLIPSIS = '…';

/** At most `count` characters, the ellipsis among them; marks that combine with a letter don't count. */
export function truncateCharacters(text: string, count: number, budget: Budget): string {
  const composed = normalized(text, 'NFC', budget);
  // A count below one leaves the ellipsis alone.
  const room = count - 1;
  let seen = 0;
  let offset = 0;
  let end: number | undefined;
  for (const character of composed) {
    if (!isCombining(character)) {
      seen++;
      if (end === undefined && seen > room) end = offset;
      if (seen > count) return withEnding(composed.slice(0, end ?? 0), ELLIPSIS);
    }
    offset += character.length;
  }
  return composed;
}

/** At most `count` words (below zero: all but so many), with one blank between them. */
export function truncateWords(text: string, count: number): string {
  const all = words(text);
  return all.length > count ? withEnding(all.slice(0, count).join(' '), ` ${ELLIPSIS}`) : all.join(' ');
}

const withEnding = (text: string, ending: string): string => (text.endsWith(ending) ? text : text + ending);
