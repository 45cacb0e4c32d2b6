import { TemplateError } from '../../../application/ports/template-engine.js';
import type { RenderRun } from '../render-run.js';
import { plain } from '../values.js';

export interface Filter {
  /** Names of the arguments after the value, in order; all may be left out, and are then undefined. */
  readonly parameters: readonly string[];
  readonly apply: (run: RenderRun, value: unknown, ...args: unknown[]) => unknown;
}

/** A whole number of at least `least` from an argument. */
export function wholeNumber(filter: string, argument: unknown, fallback: number, least: number): number {
  const given = plain(argument);
  const number =
    given === undefined || given === null ? fallback : Number(typeof given === 'object' ? Number.NaN : given);
  if (Number.isInteger(number) && number >= least) return number;
  throw new TemplateError('render', `The filter ${filter} needs a whole number of at least ${least}.`);
}
