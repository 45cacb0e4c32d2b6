import { operators } from './operators.js';
import type { RenderRun } from './render-run.js';
import { isDictionary, numberOf, plain, SafeText, textOf } from './values.js';

/** A test after `is`, with the number of its arguments. */
export interface Condition {
  readonly parameters: number;
  readonly holds: (run: RenderRun, value: unknown, other: unknown) => boolean;
}

const byComparison = (operator: string): Condition => ({
  parameters: 1,
  holds: (run, value, other) => operators.compare(value, operator, other, run),
});

const of = (holds: (value: unknown, run: RenderRun) => boolean): Condition => ({
  parameters: 0,
  holds: (run, value) => holds(plain(value), run),
});

/** nunjucks' tests, save `callable`: there is nothing to call. */
export const conditions: ReadonlyMap<string, Condition> = new Map([
  ['defined', of((value) => value !== undefined)],
  ['undefined', of((value) => value === undefined)],
  ['null', of((value) => value === null)],
  ['number', of((value) => typeof value === 'number')],
  ['string', of((value) => typeof value === 'string')],
  ['iterable', of((value) => typeof value === 'string' || Array.isArray(value))],
  ['mapping', of(isDictionary)],
  ['truthy', of(Boolean)],
  ['falsy', of((value) => !value)],
  ['odd', of((value) => Math.abs(numberOf(value) % 2) === 1)],
  ['even', of((value) => numberOf(value) % 2 === 0)],
  ['lower', of((value, run) => isUnchangedBy(textOf(value, run), run, (text) => text.toLowerCase()))],
  ['upper', of((value, run) => isUnchangedBy(textOf(value, run), run, (text) => text.toUpperCase()))],
  ['escaped', { parameters: 0, holds: (_run, value) => value instanceof SafeText }],
  ['divisibleby', { parameters: 1, holds: (_run, value, other) => numberOf(value) % numberOf(other) === 0 }],
  ['eq', byComparison('===')],
  ['equalto', byComparison('===')],
  ['sameas', byComparison('===')],
  ['ne', byComparison('!==')],
  ['ge', byComparison('>=')],
  ['gt', byComparison('>')],
  ['greaterthan', byComparison('>')],
  ['le', byComparison('<=')],
  ['lt', byComparison('<')],
  ['lessthan', byComparison('<')],
]);

function isUnchangedBy(text: string, run: RenderRun, change: (text: string) => string): boolean {
  run.charge(text.length);
  return change(text) === text;
}
