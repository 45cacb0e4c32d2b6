import { normalized } from '../../values/normalizing.js';
import type { Budget } from '../../values/value.js';
import { HtmlPieces } from './html-pieces.js';
import { OpenTags } from './open-tags.js';
import { ELLIPSIS } from './truncate-text.js';

/** At most `count` characters of text, the ellipsis among them; what tags were open is closed. */
export function truncateHtmlCharacters(html: string, count: number, budget: Budget): string {
  return truncated(
    normalized(html, 'NFC', budget),
    'character',
    { limit: count, keep: count - 1, ending: ELLIPSIS },
    budget,
  );
}

/** At most `count` words of text. */
export function truncateHtmlWords(html: string, count: number, budget: Budget): string {
  if (count <= 0) return '';
  return truncated(html, 'word', { limit: count, keep: count, ending: ` ${ELLIPSIS}` }, budget);
}

interface Cut {
  /** With more than that, the text is cut. */
  limit: number;
  /** To that many. */
  keep: number;
  ending: string;
}

function truncated(html: string, unit: 'character' | 'word', { limit, keep, ending }: Cut, budget: Budget): string {
  const pieces = new HtmlPieces(html, unit);
  const tags = new OpenTags();
  let seen = 0;
  let end = 0;
  while (seen <= limit) {
    const piece = pieces.next();
    if (piece === undefined) return html;
    budget.charge(1);
    if (piece.markup === undefined) {
      seen++;
      if (seen === keep) end = piece.end;
    } else if (seen < keep) tags.meet(piece.markup);
  }
  return html.slice(0, end) + ending + tags.closing();
}
