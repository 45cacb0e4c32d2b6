import type { Budget } from '../../values/value.js';
import { isSpace } from '../../values/white-space.js';

export interface StartTagEnd {
  /** Behind it; undefined where it isn't there. */
  end: number | undefined;
  /** Otherwise it is text, not a tag. */
  wellFormed: boolean;
  /** Whether it ends with a slash that is no value's. */
  closesItself: boolean;
}

/** Where a start tag ends, as forgiving as Python's HTML parser. */
export function startTagEnd(html: string, start: number, budget: Budget): StartTagEnd {
  const reader = new StartTagReader(html, start);
  const stop = reader.read();
  budget.charge(1 + (reader.reach - start));
  const next = html.charAt(stop);
  if (next === '>') return { end: stop + 1, wellFormed: true, closesItself: reader.endsWithSlash };
  if (next === '/')
    return html.charAt(stop + 1) === '>' ? { end: stop + 2, wellFormed: true, closesItself: true } : OPEN;
  // In the middle of an attribute's value, the rest may have to come yet.
  if (next === '' || /^[a-z=]$/i.test(next)) return OPEN;
  return { end: Math.max(stop, start + 1), wellFormed: false, closesItself: false };
}

const OPEN: StartTagEnd = { end: undefined, wellFormed: true, closesItself: false };

class StartTagReader {
  /** How far it looked. */
  reach: number;
  /** Whether there were no attributes and what stands last is a slash. */
  endsWithSlash = false;
  #position: number;

  constructor(
    private readonly html: string,
    start: number,
  ) {
    this.#position = start + 1;
    this.reach = start;
  }

  /** @returns where the name and all attributes end */
  read(): number {
    while (this.#position < this.html.length && !'\t\n\r\f />\0'.includes(this.#at(this.#position))) this.#position++;
    this.#skip((character) => character === '/' || isSpace(character));
    const behindName = this.#position;
    this.endsWithSlash = this.#at(behindName - 1) === '/';
    while (this.#attribute());
    if (this.#position > behindName) this.endsWithSlash = false;
    this.#skipSpaces();
    this.reach = Math.max(this.reach, this.#position);
    return this.#position;
  }

  #at(index: number): string {
    return this.html.charAt(index);
  }

  #skip(belongs: (character: string) => boolean): void {
    while (this.#position < this.html.length && belongs(this.#at(this.#position))) this.#position++;
  }

  #skipSpaces(): void {
    this.#skip(isSpace);
  }

  #attribute(): boolean {
    const start = this.#position;
    if (start >= this.html.length || (!/^['"/]$/.test(this.#at(start - 1)) && !isSpace(this.#at(start - 1))))
      return false;
    const first = this.#at(start);
    if (first === '>' || first === '/' || isSpace(first)) return false;
    this.#position++;
    this.#skip((character) => !'/=>'.includes(character) && !isSpace(character));
    this.#value();
    this.#skipBetween();
    return true;
  }

  /** White space and slashes, save a slash that the closing bracket follows. */
  #skipBetween(): void {
    while (
      isSpace(this.#at(this.#position)) ||
      (this.#at(this.#position) === '/' && this.#at(this.#position + 1) !== '>')
    )
      this.#position++;
  }

  #value(): void {
    const name = this.#position;
    this.#skipSpaces();
    const equals = this.#position;
    this.#skip((character) => character === '=');
    const behindEquals = this.#position;
    if (behindEquals === equals) {
      this.#position = name;
      return;
    }
    this.#skipSpaces();
    if (!this.#quotedOrBare(name, equals, behindEquals)) return;
    this.#skipSpaces();
  }

  #quotedOrBare(name: number, equals: number, behindEquals: number): boolean {
    const quote = this.#at(this.#position);
    if (quote === "'" || quote === '"') {
      const end = this.html.indexOf(quote, this.#position + 1);
      this.reach = Math.max(this.reach, end < 0 ? this.html.length : end);
      if (end >= 0) {
        this.#position = end + 1;
        return true;
      }
      // No value in quotes then: an empty one before the blank, one that begins with the last of several =, or none.
      if (this.#position > behindEquals) this.#position--;
      else if (behindEquals > equals + 1) this.#position = behindEquals - 1;
      else {
        this.#position = name;
        return false;
      }
    }
    this.#skip((character) => character !== '>' && !isSpace(character));
    return true;
  }
}
