import { equals, isIn, isSame, lessThan } from '../../values/comparing.js';
import { isTrue } from '../../values/truth.js';
import { type Budget, PyError, SafeText, type Value } from '../../values/value.js';
import type { Comparison, Expression } from '../parsing/nodes.js';
import { MissingVariable } from '../running/missing-variable.js';
import type { ExpressionCompiler } from './expression-compiler.js';
import type { Resolve, Test } from './part.js';
import type { Scope } from './scope.js';

type Operator = (left: Value, right: Value, budget: Budget) => boolean;

const COMPARISONS: Readonly<Record<Comparison, Operator>> = {
  '==': equals,
  '!=': (left, right, budget) => !equals(left, right, budget),
  '<': lessThan,
  '<=': (left, right, budget) => lessThan(left, right, budget) || equals(left, right, budget),
  '>': (left, right, budget) => lessThan(right, left, budget),
  '>=': (left, right, budget) => lessThan(right, left, budget) || equals(left, right, budget),
};

const BINARY = {
  In: isIn,
  NotIn: (left, right, budget) => !isIn(left, right, budget),
  Is: isSame,
  IsNot: (left, right) => !isSame(left, right),
} as const satisfies Readonly<Record<string, Operator>>;

/** Compiles the condition of an `if`. An operator whose values can't be had or compared is false, as in Django. */
export class ConditionCompiler {
  constructor(readonly expressions: ExpressionCompiler) {}

  compile(node: Expression, scope: Scope): Test {
    if (isOperator(node)) return this.#test(node, scope);
    const value = this.expressions.compile(node, scope, null);
    // A value by itself: only a missing argument counts as false, other errors are errors.
    return (run) => {
      try {
        return isTrue(value(run));
      } catch (error) {
        if (error instanceof MissingVariable) return false;
        throw error;
      }
    };
  }

  /** Tests inside of operators leave their errors to these. */
  #test(node: Expression, scope: Scope): Test {
    switch (node.typename) {
      case 'And': {
        const left = this.#test(node.left, scope);
        const right = this.#test(node.right, scope);
        return (run) => {
          try {
            return left(run) && right(run);
          } catch (error) {
            return falseFor(error);
          }
        };
      }
      case 'Or': {
        const left = this.#test(node.left, scope);
        const right = this.#test(node.right, scope);
        return (run) => {
          try {
            return left(run) || right(run);
          } catch (error) {
            return falseFor(error);
          }
        };
      }
      case 'Not': {
        const target = this.#test(node.target, scope);
        return (run) => {
          try {
            return !target(run);
          } catch (error) {
            return falseFor(error);
          }
        };
      }
      case 'Compare': {
        const [{ expr, type }] = node.ops;
        return this.#operator(node.expr, COMPARISONS[type], expr, scope);
      }
      case 'In':
      case 'NotIn':
      case 'Is':
      case 'IsNot':
        return this.#operator(node.left, BINARY[node.typename], node.right, scope);
      default: {
        const value = this.expressions.compile(node, scope, null);
        return (run) => isTrue(value(run));
      }
    }
  }

  #operator(left: Expression, operator: Operator, right: Expression, scope: Scope): Test {
    // Only `is` asks whether a text is a safe one.
    const isIdentity = operator === BINARY.Is || operator === BINARY.IsNot;
    const first = this.#operand(left, scope, isIdentity);
    const second = this.#operand(right, scope, isIdentity);
    return (run) => {
      try {
        const a = first(run);
        const b = second(run);
        return operator(a === undefined ? null : a, b === undefined ? null : b, run);
      } catch (error) {
        return falseFor(error);
      }
    };
  }

  /** An operand may be a condition itself: `a == b == True`. */
  #operand(node: Expression, scope: Scope, isIdentity: boolean): Resolve {
    if (isOperator(node)) return this.#test(node, scope);
    if (!isIdentity && node.typename === 'Literal' && node.value instanceof SafeText) {
      const { text } = node.value;
      return () => text;
    }
    return this.expressions.compile(node, scope, null);
  }
}

function isOperator({ typename }: Expression): boolean {
  return !['Literal', 'Symbol', 'LookupVal', 'Filter', 'Capture'].includes(typename);
}

/** Limits are no errors of values, and stay. */
function falseFor(error: unknown): false {
  if (error instanceof PyError || error instanceof MissingVariable) return false;
  throw error;
}
