import { isSpace } from '../../values/white-space.js';

/** A tag, anything else between angle brackets, or a piece of text that counts. */
export interface HtmlPiece {
  /** What lies between the brackets; undefined for text. */
  markup: string | undefined;
  /** Where it ends in the HTML. */
  end: number;
}

/** Splits HTML roughly, as Django's truncating filters do: into markup and single characters, or words. */
export class HtmlPieces {
  /** From here on there is no closing bracket. */
  #lastClosing: number;
  #position = 0;

  constructor(
    private readonly html: string,
    private readonly unit: 'character' | 'word',
  ) {
    this.#lastClosing = html.lastIndexOf('>');
  }

  next(): HtmlPiece | undefined {
    while (this.#position < this.html.length) {
      const end = this.#markupEnd();
      if (end !== undefined) {
        const markup = this.html.slice(this.#position + 1, end - 1);
        this.#position = end;
        return { markup, end };
      }
      if (this.unit === 'character') {
        this.#position += String.fromCodePoint(this.html.codePointAt(this.#position) ?? 0).length;
        return { markup: undefined, end: this.#position };
      }
      if (this.#isOutsideWords(this.#position)) this.#position++;
      else return { markup: undefined, end: this.#wordEnd() };
    }
    return undefined;
  }

  /** Behind the bracket that closes the one at the position, with something between them. */
  #markupEnd(): number | undefined {
    if (this.html.charAt(this.#position) !== '<' || this.#position > this.#lastClosing) return undefined;
    const closing = this.html.indexOf('>', this.#position);
    return closing > this.#position + 1 ? closing + 1 : undefined;
  }

  #wordEnd(): number {
    while (this.#position < this.html.length && !this.#isOutsideWords(this.#position)) this.#position++;
    return this.#position;
  }

  #isOutsideWords(index: number): boolean {
    const character = this.html.charAt(index);
    return character === '<' || character === '>' || isSpace(character);
  }
}
