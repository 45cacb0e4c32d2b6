import { codePointsOf, textBetween } from '../../values/code-points.js';
import { escapeBounded, escapeHtml } from '../../values/html.js';
import type { Budget } from '../../values/value.js';
import { SPACES } from '../../values/white-space.js';
import { domainToAscii } from './domain-to-ascii.js';
import { unescapeHtml } from './html-entities.js';
import { linkTarget } from './link-target.js';
import { trimPunctuation } from './trim-punctuation.js';
import { ELLIPSIS } from './truncate-text.js';

const BETWEEN_WORDS = new RegExp(`([${SPACES}<>"']+)`);
const WEB_ADDRESS = /^https?:\/\/\[?[\p{L}\p{N}_]/iu;
const TOP_DOMAIN = /\.(?:com|edu|gov|int|mil|net|org)(?=$|\/)/gi;

export interface UrlizeOptions {
  /** Whether what isn't safe yet is escaped. */
  escapes: boolean;
  /** Characters that a link may show. */
  limit: number | undefined;
}

/** Makes links of the web addresses and e-mail addresses in a text. */
export function urlize(text: string, options: UrlizeOptions, budget: Budget): string {
  const pieces = text.split(BETWEEN_WORDS);
  budget.charge(pieces.length);
  let html = '';
  for (const piece of pieces) {
    const link = /[.@:]/.test(piece) ? linked(piece, options, budget) : undefined;
    const written = link ?? (options.escapes ? escapeBounded(piece, budget) : piece);
    budget.charge(written.length);
    budget.chargeText(html.length + written.length);
    html += written;
  }
  return html;
}

function linked(word: string, { escapes, limit }: UrlizeOptions, budget: Budget): string | undefined {
  const { lead, middle, trail } = trimPunctuation(word, budget);
  budget.charge(middle.length * 10);
  const target = targetOf(middle);
  if (target === undefined) return undefined;
  const written = (text: string): string => (escapes ? escapeHtml(text) : text);
  const shown = written(shortened(middle, limit));
  const follow = target.isMail ? '' : ' rel="nofollow"';
  return `${written(lead)}<a href="${escapeHtml(target.url)}"${follow}>${shown}</a>${written(trail)}`;
}

function shortened(text: string, limit: number | undefined): string {
  const points = codePointsOf(text);
  if (limit === undefined || points.length <= limit) return text;
  return textBetween(points, 0, Math.max(0, limit - 1)) + ELLIPSIS;
}

interface Target {
  url: string;
  isMail: boolean;
}

function targetOf(text: string): Target | undefined {
  if (WEB_ADDRESS.test(text)) return { url: linkTarget(unescapeHtml(text)), isMail: false };
  if (isBareAddress(text)) return { url: linkTarget(`http://${unescapeHtml(text)}`), isMail: false };
  return mailTarget(text);
}

/** `www.` and anything, or a name in one of the seven old top-level domains. */
function isBareAddress(text: string): boolean {
  if (/^www\./i.test(text)) return true;
  if (/^http/i.test(text) || !/^[\p{L}\p{N}_]/u.test(text)) return false;
  const at = text.indexOf('@');
  // The top-level domain comes before any @, behind at least two characters.
  for (const match of text.matchAll(TOP_DOMAIN)) {
    if (at >= 0 && match.index > at) return false;
    if (match.index >= 2) return true;
  }
  return false;
}

function mailTarget(text: string): Target | undefined {
  const [local = '', domain = '', ...more] = text.split('@', 3);
  if (text.includes(':') || local === '' || more.length > 0) return undefined;
  if (!domain.includes('.') || domain.startsWith('.')) return undefined;
  const ascii = domainToAscii(domain);
  return ascii === undefined ? undefined : { url: `mailto:${local}@${ascii}`, isMail: true };
}
