import { TemplateError } from '../../application/ports/template-engine.js';

/** Characters that a template may have. */
export const MAX_TEMPLATE = 1024 * 1024;
/** Characters that a rendering may write, captured blocks included; and those of any one text made on the way. */
export const MAX_OUTPUT = 1024 * 1024;
/** Turns of all loops of a rendering together. */
export const MAX_LOOP_STEPS = 100_000;
/** Characters and list items that filters and operators of a rendering go through, and pieces of code in loops, together. */
export const MAX_WORK = 40_000_000;
/** What a name of a dictionary costs, of that work: listing names takes so much longer than reading items. */
export const NAME_COST = 10;
/** Nodes of a template's syntax tree. */
export const MAX_NODES = 100_000;
/** Levels of a syntax tree. A chain such as `a ~ b ~ c` adds one for each link. */
export const MAX_TREE_DEPTH = 250;
/** Calls of the parser inside one another: three for each bracket, one for each block. */
export const MAX_PARSER_DEPTH = 300;

/** Work done so far, of what a rendering may do. */
export interface Budget {
  /** @throws TemplateError `limit` once all charges exceed MAX_WORK */
  charge(units: number): void;
}

export function limitExceeded(message: string): TemplateError {
  return new TemplateError('limit', message);
}

/** @throws TemplateError `limit` where a text would have more than MAX_OUTPUT characters */
export function assertTextLength(length: number): void {
  if (length > MAX_OUTPUT) throw limitExceeded(`A text in the template grew over ${MAX_OUTPUT} characters.`);
}
