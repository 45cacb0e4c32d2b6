import type { JsonObject } from '../../domain/kernel/json.js';

/** Renders body templates. Compiled templates are kept, so that rendering again does no parsing. */
export interface TemplateEngine {
  /** @throws TemplateError of class `syntax` (or `limit`) where the template can't be compiled */
  check(template: string, autoescape: Autoescape): void;

  /** @throws TemplateError */
  render(template: string, variables: JsonObject, autoescape: Autoescape): string;

  /** The caller's variables that a template reads, in the order of their places. @throws TemplateError */
  variablesOf(template: string): readonly UsedVariable[];
}

/** A variable as a template reads it: `person.location.city`. Line and column count from 1. */
export interface UsedVariable {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/** How values are written into the text: as they are, for HTML, or so that the body is valid JSON whatever they hold. */
export type Autoescape = 'off' | 'html' | 'json';

/** `syntax`: refused when compiled; `render`: failed on these variables; `limit`: a bound on size or steps was hit. */
export type TemplateErrorClass = 'syntax' | 'render' | 'limit';

export class TemplateError extends Error {
  override readonly name = 'TemplateError';

  constructor(
    readonly errorClass: TemplateErrorClass,
    message: string,
    /** From 1; undefined where unknown. */
    readonly line?: number,
    readonly column?: number,
  ) {
    super(message);
  }

  /** ` (line 2, column 5)`, to go into a sentence; empty where the place is unknown. */
  get place(): string {
    return this.line === undefined ? '' : ` (line ${this.line}, column ${this.column ?? 1})`;
  }
}
