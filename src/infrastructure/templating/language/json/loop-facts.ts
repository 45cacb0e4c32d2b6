import { SafeText } from '../../values/value.js';
import type { CompareNode, Expression, ForNode } from '../parsing/nodes.js';

/** What is known of a loop's turn: undefined where it may be either. */
export interface Turn {
  readonly loop: ForNode;
  readonly first: boolean | undefined;
  readonly last: boolean | undefined;
  /** Whether the name of the loop's list means the same list inside of the loop. */
  readonly isListFixed: boolean;
}

type Range = readonly [least: number, most: number];

/**
 * Whether a condition holds on a turn, as far as `forloop` says it: true, false, or undefined where data decides. The turns
 * are those of the loops around, the innermost last.
 */
export function holdsOn(condition: Expression, turns: readonly Turn[]): boolean | undefined {
  switch (condition.typename) {
    case 'Not': {
      const target = holdsOn(condition.target, turns);
      return target === undefined ? undefined : !target;
    }
    case 'And': {
      const [left, right] = [holdsOn(condition.left, turns), holdsOn(condition.right, turns)];
      return left === false || right === false ? false : left && right;
    }
    case 'Or': {
      const [left, right] = [holdsOn(condition.left, turns), holdsOn(condition.right, turns)];
      // An error on the left makes the whole condition false; `forloop` gives none.
      return left === true || (right === true && left !== undefined) ? true : left === false ? right : undefined;
    }
    case 'Compare':
      return compared(condition, turns);
    case 'LookupVal': {
      const { turn, name } = forloopName(condition, turns) ?? {};
      if (turn === undefined) return undefined;
      if (name === 'first') return turn.first;
      if (name === 'last') return turn.last;
      const range = counterRange(turn, name);
      if (range === undefined) return undefined;
      return range[0] > 0 ? true : range[1] === 0 ? false : undefined;
    }
    default:
      return undefined;
  }
}

function compared(condition: CompareNode, turns: readonly Turn[]): boolean | undefined {
  const [{ expr, type }] = condition.ops;
  const below = belowLength(condition.expr, expr, turns);
  const left = below ?? numberRange(condition.expr, turns);
  const right: Range | undefined = below === undefined ? numberRange(expr, turns) : [0, 0];
  if (left === undefined || right === undefined) return undefined;
  switch (type) {
    case '<':
      return left[1] < right[0] ? true : left[0] >= right[1] ? false : undefined;
    case '<=':
      return left[1] <= right[0] ? true : left[0] > right[1] ? false : undefined;
    case '>':
      return left[0] > right[1] ? true : left[1] <= right[0] ? false : undefined;
    case '>=':
      return left[0] >= right[1] ? true : left[1] < right[0] ? false : undefined;
    default: {
      const isApart = left[1] < right[0] || left[0] > right[1];
      const isOne = left[0] === left[1] && right[0] === right[1] && left[0] === right[0];
      const equal = isApart ? false : isOne ? true : undefined;
      return equal === undefined ? undefined : equal === (type === '==');
    }
  }
}

/** The values that a number or a counter of `forloop` may have. */
function numberRange(expression: Expression, turns: readonly Turn[]): Range | undefined {
  if (expression.typename === 'Literal') {
    return typeof expression.value === 'number' ? [expression.value, expression.value] : undefined;
  }
  const { turn, name } = forloopName(expression, turns) ?? {};
  return turn === undefined ? undefined : counterRange(turn, name);
}

function counterRange({ first, last }: Turn, name: string | undefined): Range | undefined {
  switch (name) {
    case 'counter':
      return rangeFrom(1, first);
    case 'counter0':
      return rangeFrom(0, first);
    case 'revcounter':
      return rangeFrom(1, last);
    case 'revcounter0':
      return rangeFrom(0, last);
    default:
      return undefined;
  }
}

function rangeFrom(start: number, isStart: boolean | undefined): Range {
  if (isStart === undefined) return [start, Number.POSITIVE_INFINITY];
  return isStart ? [start, start] : [start + 1, Number.POSITIVE_INFINITY];
}

/** In `forloop.counter < list|length`: by how much the counter is below, 0 or -1, where the loop runs over that list. */
function belowLength(left: Expression, right: Expression, turns: readonly Turn[]): Range | undefined {
  const { turn, name } = forloopName(left, turns) ?? {};
  if (turn === undefined || name !== 'counter' || turn.last === undefined || !turn.isListFixed) return undefined;
  if (right.typename !== 'Filter' || right.name.value !== 'length') return undefined;
  const list = pathOf(right.args.children[0] as Expression);
  if (list === undefined || list !== pathOf(turn.loop.arr)) return undefined;
  return turn.last ? [0, 0] : [-1, -1];
}

/** `forloop.first`, `forloop.parentloop.last` and their like. */
function forloopName(expression: Expression, turns: readonly Turn[]): { turn: Turn; name: string } | undefined {
  const path = pathOf(expression)?.split('.');
  if (path?.[0] !== 'forloop' || path.length < 2) return undefined;
  const parents = path.slice(1, -1);
  if (parents.some((name) => name !== 'parentloop')) return undefined;
  const turn = turns.at(-1 - parents.length);
  return turn === undefined ? undefined : { turn, name: path.at(-1) as string };
}

/** A name with its look-ups, as it was written. */
export function pathOf(expression: Expression): string | undefined {
  if (expression.typename === 'Symbol') return expression.value;
  if (expression.typename !== 'LookupVal') return undefined;
  const target = pathOf(expression.target);
  const key = expression.val.value;
  return target === undefined ? undefined : `${target}.${key instanceof SafeText ? key.text : String(key)}`;
}
