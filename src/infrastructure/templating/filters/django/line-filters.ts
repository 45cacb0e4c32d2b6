import { codePointsOf, textBetween } from '../../values/code-points.js';
import { escapeBounded } from '../../values/html.js';
import { type Budget, SafeText } from '../../values/value.js';
import type { Filter } from '../filter.js';
import { grown } from './grown.js';
import { sizeArgument } from './size-argument.js';
import { type TextFilterCall, textFilter } from './text-filter.js';

export const lineFilters: readonly (readonly [string, Filter])[] = [
  ['linebreaks', textFilter({ isSafe: true }, lineBreaks)],
  ['linebreaksbr', textFilter({ isSafe: true }, lineBreaksBr)],
  ['linenumbers', textFilter({ isSafe: true }, lineNumbers)],
  [
    'wordwrap',
    textFilter({ argument: 'required', isSafe: true }, (text, { argument, budget }) =>
      wrapped(text, sizeArgument(argument), budget),
    ),
  ],
];

const normalNewlines = (text: string): string => text.replace(/\r\n?/g, '\n');

const escapedIfAsked = (text: string, { budget, safe, context }: TextFilterCall): string =>
  context.autoescape && !safe ? escapeBounded(text, budget) : text;

function lineBreaks(text: string, call: TextFilterCall): SafeText {
  // Escaping leaves line breaks alone, so that all of it may go first.
  const paragraphs = escapedIfAsked(normalNewlines(text), call).split(/\n{2,}/);
  call.budget.charge(paragraphs.length);
  const html = paragraphs.map((paragraph) => `<p>${paragraph.replaceAll('\n', '<br>')}</p>`).join('\n\n');
  return new SafeText(grown(html, call.budget));
}

function lineBreaksBr(text: string, call: TextFilterCall): SafeText {
  const html = escapedIfAsked(normalNewlines(text), call).replaceAll('\n', '<br>');
  return new SafeText(grown(html, call.budget));
}

function lineNumbers(text: string, call: TextFilterCall): SafeText {
  const lines = escapedIfAsked(text, call).split('\n');
  const width = lines.length.toString().length;
  call.budget.charge(lines.length);
  call.budget.chargeText(text.length + lines.length * (width + 2));
  const numbered = lines.map((line, index) => `${(index + 1).toString().padStart(width, '0')}. ${line}`).join('\n');
  return new SafeText(grown(numbered, call.budget));
}

/** What ends a line in Python, for a character class. */
const ENDS = '\\n-\\r\\x1c-\\x1e\\x85\\u2028\\u2029';
const LINE = new RegExp(`[^${ENDS}]*(?:\\r\\n|[${ENDS}])|[^${ENDS}]+`, 'g');

/** Python's `splitlines(True)`: each line with what ends it. */
export const linesWithEnds = (text: string): string[] => text.match(LINE) ?? [];

/** Breaks lines at blanks so that they are no longer than `width`, where a word isn't. A blank at a break is left out. */
function wrapped(text: string, width: number, budget: Budget): string {
  const pieces: string[] = [];
  for (const line of linesWithEnds(text)) {
    const points = codePointsOf(line);
    let start = 0;
    while (points.length - start > width) {
      const blank = breakAt(points, start, width);
      if (blank < 0) break;
      pieces.push(textBetween(points, start, blank), '\n');
      start = blank + 1;
    }
    budget.charge(line.length + 1);
    if (start < points.length) pieces.push(textBetween(points, start));
  }
  return grown(pieces.join(''), budget);
}

/** The last blank up to the width, else the first behind it; -1 where there is none. */
function breakAt(points: string | readonly string[], start: number, width: number): number {
  // Python counts a negative end from the line's end.
  const end = width + 1 >= 0 ? start + width + 1 : points.length + width + 1;
  for (let index = Math.min(end, points.length) - 1; index >= start; index--) if (points[index] === ' ') return index;
  return points.indexOf(' ', start);
}
