import { type Autoescape, TemplateError } from '../../application/ports/template-engine.js';
import { jsonStringText, jsonValue, unescapedText } from './json-escaping.js';
import { IN_STRING, type JsonPosition, OUTSIDE, POSITIONS, positionAfter } from './json-position.js';
import { type Budget, limitExceeded, MAX_LOOP_STEPS, MAX_OUTPUT, MAX_WORK } from './limits.js';
import { escapeHtml, markSafe, SafeText, textOf } from './values.js';

/** Text of a template between its tags, and where it leads to from each position, once known. */
export class LiteralText {
  readonly #positionsAfter: (JsonPosition | undefined)[] = new Array(POSITIONS).fill(undefined);

  constructor(readonly text: string) {}

  positionAfter(start: JsonPosition): JsonPosition {
    this.#positionsAfter[start] ??= positionAfter(this.text, start);
    return this.#positionsAfter[start];
  }
}

/**
 * One rendering: writes text and values in the mode of escaping, follows the JSON around them, and counts what it does.
 * Compiled templates call it as `context`.
 */
export class RenderRun implements Budget {
  /** Where in the template the rendering is, from 1; compiled templates keep it. */
  line = 1;
  column = 1;
  #position: JsonPosition = OUTSIDE;
  #capturing = 0;
  #written = 0;
  #steps = 0;
  #work = 0;

  constructor(readonly autoescape: Autoescape) {}

  text(literal: LiteralText): string {
    this.#count(literal.text.length);
    if (this.autoescape === 'json' && this.#capturing === 0) this.#position = literal.positionAfter(this.#position);
    return literal.text;
  }

  value(value: unknown): string {
    const text = this.#escaped(value);
    this.#count(text.length);
    return text;
  }

  /**
   * A captured block is a text like any other: in JSON mode it is escaped where it is written, not while captured, since
   * only then its position is known. In HTML mode its values are escaped already.
   */
  capture(block: () => string): string | SafeText {
    this.#capturing++;
    const text = block();
    this.#capturing--;
    return this.autoescape === 'html' ? markSafe(text) : text;
  }

  /** A turn of a loop, whose body has so many pieces of code. */
  step(pieces: number): void {
    this.charge(pieces);
    if (++this.#steps > MAX_LOOP_STEPS) throw limitExceeded(`The template's loops take over ${MAX_LOOP_STEPS} turns.`);
  }

  charge(units: number): void {
    this.#work += units;
    if (this.#work > MAX_WORK) throw limitExceeded('The template does too much work for one rendering.');
  }

  #count(length: number): void {
    this.#written += length;
    if (this.#written > MAX_OUTPUT) throw limitExceeded(`The template writes over ${MAX_OUTPUT} characters.`);
  }

  #escaped(value: unknown): string {
    if (this.autoescape === 'json') return this.#json(value);
    const text = textOf(value, this);
    return this.autoescape === 'off' || value instanceof SafeText ? text : escapeHtml(text);
  }

  #json(value: unknown): string {
    if (value instanceof SafeText) {
      if (this.#capturing === 0) this.#position = positionAfter(value.text, this.#position);
      return value.text;
    }
    if (this.#capturing > 0) return unescapedText(value, this);
    if (this.#position === OUTSIDE) return jsonValue(value, this);
    if (this.#position === IN_STRING) return jsonStringText(value, this);
    throw new TemplateError(
      'render',
      'A value stands in the middle of a backslash escape; write \\\\ for a backslash.',
    );
  }
}
