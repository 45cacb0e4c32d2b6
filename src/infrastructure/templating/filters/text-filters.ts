import { jsonText } from '../json-escaping.js';
import { assertTextLength, NAME_COST } from '../limits.js';
import type { RenderRun } from '../render-run.js';
import { escapeHtml, isDictionary, markSafe, plain, SafeText, textOf } from '../values.js';
import { type Filter, wholeNumber } from './filter.js';

const upper = textFilter((text) => text.toUpperCase());
const lower = textFilter((text) => text.toLowerCase());

export const textFilters: readonly (readonly [string, Filter])[] = [
  ['capitalize', textFilter(capitalized, 'keeps its mark')],
  ['center', { parameters: ['width'], apply: center }],
  ['e', { parameters: [], apply: escapeForHtml }],
  ['escape', { parameters: [], apply: escapeForHtml }],
  ['indent', { parameters: ['width', 'indentfirst'], apply: indent }],
  ['lower', lower],
  ['replace', { parameters: ['old', 'new', 'count'], apply: replace }],
  ['safe', { parameters: [], apply: safe }],
  ['string', textFilter((text) => text, 'keeps its mark')],
  ['title', textFilter((text) => text.split(' ').map(capitalized).join(' '), 'keeps its mark')],
  ['trim', textFilter((text) => text.trim(), 'keeps its mark')],
  ['truncate', { parameters: ['length', 'killwords', 'end'], apply: truncate }],
  ['upper', upper],
  ['urlencode', { parameters: [], apply: urlencode }],
  ['wordcount', { parameters: [], apply: (run, value) => textIn(run, value).match(/\w+/g)?.length ?? 0 }],
];

function textFilter(change: (text: string) => string, mark?: 'keeps its mark'): Filter {
  return {
    parameters: [],
    apply: (run, value) => {
      const text = change(textIn(run, value));
      return mark === undefined ? text : markedAs(value, text);
    },
  };
}

/** The value's text, its length charged: a filter goes through all of it. */
function textIn(run: RenderRun, value: unknown): string {
  const text = textOf(value, run);
  run.charge(text.length);
  return text;
}

function markedAs(original: unknown, text: string): string | SafeText {
  return original instanceof SafeText ? markSafe(text) : text;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
}

function center(run: RenderRun, value: unknown, width: unknown): unknown {
  const text = textIn(run, value);
  const blanks = wholeNumber('center', width, 80, 0) - text.length;
  if (blanks <= 0) return value;
  assertTextLength(text.length + blanks);
  const before = Math.floor(blanks / 2);
  return markedAs(value, ' '.repeat(before) + text + ' '.repeat(blanks - before));
}

/** Escaped for HTML. Only HTML mode takes the result as safe: JSON needs its own escaping still. */
function escapeForHtml(run: RenderRun, value: unknown): string | SafeText {
  if (value instanceof SafeText) return value;
  const text = bounded(escapeHtml(textIn(run, value)));
  return run.autoescape === 'html' ? markSafe(text) : text;
}

function indent(run: RenderRun, value: unknown, width: unknown, indentFirst: unknown): string | SafeText {
  const blanks = wholeNumber('indent', width, 4, 0);
  assertTextLength(blanks);
  const text = textIn(run, value);
  const lines = text.split('\n');
  assertTextLength(text.length + lines.length * blanks);
  const margin = ' '.repeat(blanks);
  return markedAs(value, (indentFirst && text !== '' ? margin : '') + lines.join(`\n${margin}`));
}

/** nunjucks' replace, for texts and numbers. The result is never marked safe: what was put in may not be. */
function replace(run: RenderRun, value: unknown, old: unknown, replacement: unknown, count: unknown): unknown {
  const sought = plain(old);
  if (typeof sought !== 'string' && typeof sought !== 'number') return value;
  const text = textIn(run, value);
  const pattern = String(sought);
  const inserted = textOf(replacement, run);
  const most = count === undefined ? Number.POSITIVE_INFINITY : wholeNumber('replace', count, 0, -1);
  if (pattern === '') {
    assertTextLength(text.length + (text.length + 1) * inserted.length);
    return inserted + text.split('').join(inserted) + inserted;
  }
  let result = '';
  let from = 0;
  let at = text.indexOf(pattern);
  for (let done = 0; at !== -1 && (most < 0 || done < most); done++) {
    result += text.slice(from, at) + inserted;
    assertTextLength(result.length);
    run.charge(1);
    from = at + pattern.length;
    at = text.indexOf(pattern, from);
  }
  return result + text.slice(from);
}

/** Written as it is; in JSON mode, lists and dictionaries as JSON. */
function safe(run: RenderRun, value: unknown): string | SafeText {
  if (value instanceof SafeText) return value;
  const isData = run.autoescape === 'json' && (Array.isArray(value) || isDictionary(value));
  return markSafe(isData ? jsonText(value, run) : textIn(run, value));
}

function truncate(run: RenderRun, value: unknown, length: unknown, killWords: unknown, end: unknown): unknown {
  const text = textIn(run, value);
  const most = wholeNumber('truncate', length, 255, 0);
  if (text.length <= most) return value;
  const wordEnd = killWords ? -1 : text.lastIndexOf(' ', most);
  const kept = text.slice(0, wordEnd === -1 ? most : wordEnd);
  return markedAs(value, kept + (end === undefined || end === null ? '...' : textOf(end, run)));
}

/** A text, or the entries of a dictionary or a list of pairs as a query string. */
function urlencode(run: RenderRun, value: unknown): string {
  const encoded = (part: unknown) => bounded(encodeURIComponent(textIn(run, part).toWellFormed()));
  if (!Array.isArray(value) && !isDictionary(value)) return encoded(value);
  const pairs: readonly unknown[] = Array.isArray(value) ? value : Object.entries(value);
  const query: string[] = [];
  for (const pair of pairs) {
    run.charge(NAME_COST);
    const [name, entry]: readonly unknown[] = Array.isArray(pair) ? pair : [pair];
    query.push(`${encoded(name)}=${encoded(entry)}`);
  }
  return bounded(query.join('&'));
}

function bounded(text: string): string {
  assertTextLength(text.length);
  return text;
}
