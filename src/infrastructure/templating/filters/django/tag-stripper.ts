import type { Budget } from '../../values/value.js';
import { SPACES } from '../../values/white-space.js';
import { startTagEnd } from './start-tag.js';

const SPACE = `[${SPACES}]`;
const CHARACTER_NUMBER = /&#(\d+|x[0-9a-f]+)[^0-9a-f]/iy;
const ENTITY = /&([a-z][-.a-z0-9]*)[^a-z0-9]/iy;
const END_TAG = new RegExp(`</${SPACE}*([a-zA-Z][-.a-zA-Z0-9:_]*)${SPACE}*>`, 'y');
const TAG_NAME = /[a-z][^\t\n\r\f />\0]*/iy;
const SECTION = new RegExp(`(temp|cdata|ignore|include|rcdata|if|else|endif)(?![-_.a-z0-9])${SPACE}*(?=.)`, 'isy');
const SECTION_END = new RegExp(`\\]${SPACE}*\\]${SPACE}*>`, 'g');
const CONDITION_END = new RegExp(`\\]${SPACE}*>`, 'g');
const COMMENT_END = new RegExp(`--${SPACE}*>`, 'g');

/** What a tag or reference takes, as much as so many characters. */
const MARKUP_COST = 30;

/** How far something in angle brackets goes, or that its end isn't there. */
type End = number | 'open';

/**
 * Goes through HTML as Python's parser does, and keeps what it takes for text. Like that parser it first stops at what may be
 * incomplete, then takes up the rest knowing that no more will come.
 */
export class TagStripper {
  #kept = '';
  #position = 0;
  /** Inside a script or style: all is text up to its end tag. */
  #rawElement: string | undefined;

  constructor(
    private readonly html: string,
    private readonly budget: Budget,
  ) {}

  strip(): string {
    this.#parse(false);
    this.#parse(true);
    return this.#kept;
  }

  #parse(atEnd: boolean): void {
    while (this.#position < this.html.length && this.#toNextMarkup() && this.#markup(atEnd));
    if (!atEnd || this.#rawElement !== undefined) return;
    this.#keepUpTo(this.html.length);
  }

  /** Keeps the text before the next `<` or `&`. */
  #toNextMarkup(): boolean {
    const next = this.#nextMarkup();
    if (next < 0) {
      if (this.#rawElement === undefined) this.#keepUpTo(this.html.length);
      return false;
    }
    this.#keepUpTo(next);
    return true;
  }

  #nextMarkup(): number {
    if (this.#rawElement !== undefined) {
      const end = new RegExp(`</${SPACE}*${this.#rawElement}${SPACE}*>`, 'gi');
      return this.#search(end, this.#position)?.start ?? -1;
    }
    const found = this.#search(/[<&]/g, this.#position);
    return found?.start ?? -1;
  }

  #keepUpTo(end: number): void {
    this.#kept += this.html.slice(this.#position, end);
    this.#position = end;
  }

  #skipTo(end: number): void {
    this.#position = end;
  }

  /** @returns false where the parser stops */
  #markup(atEnd: boolean): boolean {
    this.budget.charge(MARKUP_COST);
    return this.html.charAt(this.#position) === '<' ? this.#bracket(atEnd) : this.#reference(atEnd);
  }

  #bracket(atEnd: boolean): boolean {
    const start = this.#position;
    if (start + 1 === this.html.length) return false;
    const end = this.#bracketEnd();
    if (end === 'text') this.#keepUpTo(start + 1);
    else if (end === 'open') {
      if (!atEnd) return false;
      this.#keepUpTo(this.#endOfBroken(start));
    } else this.#skipTo(end);
    return true;
  }

  /** Of what has no end: up to the next closing bracket, else the next opening one, else the bracket alone. */
  #endOfBroken(start: number): number {
    const closing = this.#find('>', start + 1);
    if (closing >= 0) return closing + 1;
    const opening = this.#find('<', start + 1);
    return opening < 0 ? start + 1 : opening;
  }

  #bracketEnd(): End | 'text' {
    const start = this.#position;
    const next = this.html.charAt(start + 1);
    if (/^[a-z]$/i.test(next)) return this.#startTag();
    if (next === '/') return this.#endTag();
    if (next === '?') return this.#behind('>', start + 2);
    if (next !== '!') return 'text';
    if (this.html.startsWith('<!--', start)) return this.#search(COMMENT_END, start + 4)?.end ?? 'open';
    if (this.html.startsWith('<![', start)) return this.#section();
    return this.#behind('>', start + 2);
  }

  #startTag(): End {
    const start = this.#position;
    const { end, wellFormed, closesItself } = startTagEnd(this.html, start, this.budget);
    if (end === undefined) return 'open';
    if (!wellFormed) {
      this.#keepUpTo(end);
      return end;
    }
    const name = this.#match(TAG_NAME, start + 1)?.[0].toLowerCase();
    if ((name === 'script' || name === 'style') && !closesItself) this.#rawElement = name;
    return end;
  }

  #endTag(): End {
    const start = this.#position;
    const closing = this.#find('>', start + 1);
    if (closing < 0) return 'open';
    if (this.#rawElement !== undefined) {
      const name = this.#match(END_TAG, start)?.[1]?.toLowerCase();
      if (name === this.#rawElement) this.#rawElement = undefined;
      else this.#keepUpTo(closing + 1);
    }
    return closing + 1;
  }

  /** `<![CDATA[ … ]]>` and its like; what is no such section ends at the next bracket, as browsers have it. */
  #section(): End {
    const start = this.#position;
    const name = this.#match(SECTION, start + 3)?.[1]?.toLowerCase();
    if (name === undefined) return this.#behind('>', start + 2);
    const ending = name === 'if' || name === 'else' || name === 'endif' ? CONDITION_END : SECTION_END;
    return this.#search(ending, start + 3)?.end ?? 'open';
  }

  /** Character references stay, with a semicolon, whether they had one or not. */
  #reference(atEnd: boolean): boolean {
    const start = this.#position;
    const isNumber = this.html.startsWith('&#', start);
    const match = this.#match(isNumber ? CHARACTER_NUMBER : ENTITY, start);
    if (match !== undefined) {
      const end = start + match[0].length;
      this.#kept += `&${isNumber ? '#' : ''}${match[1]};`;
      this.#skipTo(this.html.charAt(end - 1) === ';' ? end : end - 1);
      return true;
    }
    if (isNumber) {
      if (this.#find(';', start) >= 0) this.#keepUpTo(start + 2);
      return false;
    }
    if (/^[a-z]$/i.test(this.html.charAt(start + 1))) {
      // A lone `&x` at the very end loses its ampersand.
      if (atEnd && start + 2 === this.html.length) this.#skipTo(start + 1);
      return false;
    }
    if (start + 1 === this.html.length) return false;
    this.#keepUpTo(start + 1);
    return true;
  }

  #behind(character: string, from: number): End {
    const place = this.#find(character, from);
    return place < 0 ? 'open' : place + 1;
  }

  #find(character: string, from: number): number {
    const place = this.html.indexOf(character, from);
    this.budget.charge(1 + (place < 0 ? this.html.length - from : place - from) / 16);
    return place;
  }

  #match(pattern: RegExp, from: number): RegExpExecArray | undefined {
    pattern.lastIndex = from;
    const match = pattern.exec(this.html) ?? undefined;
    this.budget.charge(1 + (match?.[0].length ?? 0));
    return match;
  }

  #search(pattern: RegExp, from: number): { start: number; end: number } | undefined {
    pattern.lastIndex = from;
    const match = pattern.exec(this.html);
    this.budget.charge(1 + (match === null ? this.html.length : match.index) - from);
    return match === null ? undefined : { start: match.index, end: match.index + match[0].length };
  }
}
