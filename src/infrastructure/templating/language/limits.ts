import { TemplateError } from '../../../application/ports/template-engine.js';

/** Characters that a template may have. */
export const MAX_TEMPLATE = 1024 * 1024;
/** Characters that a rendering may write, captured blocks included; and those of any one text made on the way. */
export const MAX_OUTPUT = 1024 * 1024;
/** Turns of all loops of a rendering together. */
export const MAX_LOOP_STEPS = 100_000;
/** Characters and list items that filters and operators of a rendering go through, and pieces of code in loops, together. */
export const MAX_WORK = 40_000_000;
/** Nodes of a template's syntax tree. */
export const MAX_NODES = 100_000;
/** Blocks inside one another. */
export const MAX_NESTING = 100;
/** Operators of a condition, look-ups of a path, filters of a chain: each one level of a tree. */
export const MAX_CHAIN = 250;
/** Milliseconds that a rendering may take. */
export const MAX_TIME = 2000;

export function limitExceeded(message: string): TemplateError {
  return new TemplateError('limit', message);
}
