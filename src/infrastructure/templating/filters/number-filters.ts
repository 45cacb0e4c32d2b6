import type { RenderRun } from '../render-run.js';
import { numberOf, plain, textOf } from '../values.js';
import { type Filter, wholeNumber } from './filter.js';

export const numberFilters: readonly (readonly [string, Filter])[] = [
  ['abs', { parameters: [], apply: (_run, value) => Math.abs(numberOf(value)) }],
  ['float', { parameters: ['default'], apply: float }],
  ['int', { parameters: ['default', 'base'], apply: int }],
  ['round', { parameters: ['precision', 'method'], apply: round }],
];

function float(run: RenderRun, value: unknown, fallback: unknown): unknown {
  const number = Number.parseFloat(textOf(value, run));
  return Number.isNaN(number) ? fallback : number;
}

function int(run: RenderRun, value: unknown, fallback: unknown, base: unknown): unknown {
  const number = Number.parseInt(textOf(value, run), wholeNumber('int', base, 10, 2));
  return Number.isNaN(number) ? fallback : number;
}

function round(_run: RenderRun, value: unknown, precision: unknown, method: unknown): number {
  const factor = 10 ** wholeNumber('round', precision, 0, 0);
  const scaled = numberOf(value) * factor;
  const way = plain(method);
  return (way === 'ceil' ? Math.ceil(scaled) : way === 'floor' ? Math.floor(scaled) : Math.round(scaled)) / factor;
}
