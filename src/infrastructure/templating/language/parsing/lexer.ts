import { strip } from '../../values/white-space.js';
import type { Token } from './token.js';

const OPENING = /\{[{%#]/g;
const CLOSINGS: Readonly<Record<string, string>> = { '{{': '}}', '{%': '%}', '{#': '#}' };

/**
 * Splits a template into texts and tags, as Django 3.2 does: a tag ends on the line it begins on, or else is text, and
 * between `verbatim` and its end everything is text. Comments are left out. Takes linear time, whatever the template.
 */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  const scanner = new TagScanner(source);
  let line = 1;
  let lineStart = 0;
  let lineEnd = endOfLine(source, 0);
  let textStart = 0;
  let verbatimEnd: string | undefined;

  function moveTo(index: number): void {
    while (lineEnd < index) {
      line++;
      lineStart = lineEnd + 1;
      lineEnd = endOfLine(source, lineStart);
    }
  }

  function addText(end: number): void {
    if (end === textStart) return;
    moveTo(textStart);
    const column = textStart - lineStart + 1;
    tokens.push({ type: 'text', contents: source.slice(textStart, end), line, column, contentsColumn: column });
  }

  for (let tag = scanner.next(0); tag !== undefined; tag = scanner.next(tag.end)) {
    const raw = source.slice(tag.start + 2, tag.end - 2);
    const contents = strip(raw);
    const opening = source.slice(tag.start, tag.start + 2);
    if (verbatimEnd !== undefined && (opening !== '{%' || contents !== verbatimEnd)) continue;
    addText(tag.start);
    textStart = tag.end;
    if (opening === '{#') continue;
    if (verbatimEnd !== undefined) verbatimEnd = undefined;
    else if (opening === '{%' && /^verbatim(?: |$)/.test(contents)) verbatimEnd = `end${contents}`;
    moveTo(tag.start);
    const column = tag.start - lineStart + 1;
    tokens.push({
      type: opening === '{%' ? 'block' : 'variable',
      contents,
      line,
      column,
      contentsColumn: column + 2 + Math.max(0, raw.indexOf(contents)),
    });
  }
  addText(source.length);
  return tokens;
}

/** Finds tags. What closes one is searched once for all the openings before it. */
class TagScanner {
  readonly #closings = new Map<string, number>();
  #lineEnd = -1;

  constructor(readonly source: string) {}

  next(from: number): { start: number; end: number } | undefined {
    OPENING.lastIndex = from;
    for (let match = OPENING.exec(this.source); match !== null; match = OPENING.exec(this.source)) {
      const start = match.index;
      const closing = this.#closingAfter(CLOSINGS[match[0]] as string, start + 2);
      if (closing < this.#lineEndAfter(start)) return { start, end: closing + 2 };
      // `{{%` may still be `{` and a block tag.
      OPENING.lastIndex = start + 1;
    }
    return undefined;
  }

  #closingAfter(closing: string, from: number): number {
    let known = this.#closings.get(closing) ?? -1;
    if (known < from) {
      known = this.source.indexOf(closing, from);
      if (known === -1) known = this.source.length;
      this.#closings.set(closing, known);
    }
    return known;
  }

  #lineEndAfter(from: number): number {
    if (this.#lineEnd < from) this.#lineEnd = endOfLine(this.source, from);
    return this.#lineEnd;
  }
}

function endOfLine(source: string, from: number): number {
  const end = source.indexOf('\n', from);
  return end === -1 ? source.length : end;
}
