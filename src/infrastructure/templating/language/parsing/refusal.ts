import { TemplateError, type TemplateErrorClass } from '../../../../application/ports/template-engine.js';

/** A place in the template: lines and columns from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export function refusal(message: string, place: Place, errorClass: TemplateErrorClass = 'syntax'): TemplateError {
  return new TemplateError(errorClass, message, place.line, place.column);
}

/** What was written, in quotes and cut to a length that fits a sentence. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}
