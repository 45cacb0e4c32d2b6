import nodes, { type Node } from 'nunjucks/src/nodes.js';
import { TemplateError } from '../../application/ports/template-engine.js';
import { MAX_NODES, MAX_TREE_DEPTH } from './limits.js';

/** The nodes that templates may have, with their fields that hold further nodes; `?` where these may be missing. */
const GRAMMAR: ReadonlyMap<string, readonly string[]> = new Map([
  ['Root', ['children']],
  ['NodeList', ['children']],
  ['Output', ['children']],
  ['TemplateData', []],
  ['Literal', []],
  ['Symbol', []],
  ['Group', ['children']],
  ['Array', ['children']],
  ['Dict', ['children']],
  ['Pair', ['key', 'value']],
  ['LookupVal', ['target', 'val']],
  ['Filter', ['name', 'args']],
  ['KeywordArgs', ['children']],
  ['Capture', ['body']],
  ['Set', ['targets', 'value?', 'body?']],
  ['For', ['name', 'arr', 'body', 'else_?']],
  ['If', ['cond', 'body', 'else_?']],
  ['InlineIf', ['cond', 'body', 'else_?']],
  ['Switch', ['expr', 'cases', 'default?']],
  ['Case', ['cond', 'body']],
  ['Is', ['left', 'right']],
  ['Compare', ['expr', 'ops']],
  ['CompareOperand', ['expr']],
  ...['In', 'Or', 'And', 'Add', 'Concat', 'Sub', 'Mul', 'Div', 'FloorDiv', 'Mod', 'Pow'].map(
    (name): [string, string[]] => [name, ['left', 'right']],
  ),
  ...['Not', 'Neg', 'Pos'].map((name): [string, string[]] => [name, ['target']]),
]);

const NAME = /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u;
const COMPARISONS = ['==', '===', '!=', '!==', '<', '>', '<=', '>='];

/**
 * Lets a syntax tree through only if each of its nodes is of a known kind in a place for it: what nunjucks' compiler
 * would write into code without a check must not get that far.
 * @throws TemplateError `syntax` at the node's line and column, or `limit`
 */
export function assertInGrammar(root: Node): void {
  let count = 0;

  function visit(node: Node, depth: number): void {
    if (++count > MAX_NODES) throw refused('limit', 'The template has too many tags and expressions.', node);
    if (depth > MAX_TREE_DEPTH)
      throw refused('limit', 'The template is nested, or its expressions chained, too deeply.', node);
    const fields = GRAMMAR.get(node.typename);
    if (fields === undefined) throw refused('syntax', unavailable(node.typename), node);
    assertParts(node);
    for (const field of fields) {
      const optional = field.endsWith('?');
      const value = fieldOf(node, optional ? field.slice(0, -1) : field);
      if (optional && (value === null || value === undefined)) continue;
      for (const part of Array.isArray(value) ? value : [value]) {
        const child = isTest(node, field, part) ? part.args : part;
        if (!(child instanceof nodes.Node)) throw refused('syntax', 'Part of this expression is missing.', node);
        visit(child, depth + 1);
      }
    }
  }

  visit(root, 1);
}

/** What a kind of node asks of its parts, beyond their being known. */
function assertParts(node: Node): void {
  switch (node.typename) {
    case 'Symbol': {
      const name = fieldOf(node, 'value');
      if (typeof name === 'string' && NAME.test(name)) return;
      throw refused('syntax', `${JSON.stringify(name)} is no name; use lookup for names with other characters.`, node);
    }
    case 'Literal':
      if (fieldOf(node, 'value') instanceof RegExp) throw refused('syntax', unavailable('RegExp'), node);
      return;
    case 'Group':
      if (listOf(node, 'children').length === 1) return;
      throw refused('syntax', 'Brackets hold one expression.', node);
    case 'For': {
      const name = fieldOf(node, 'name');
      const names = kindOf(name) === 'Array' ? listOf(name as Node, 'children') : [name];
      assertTargets(node, names);
      return;
    }
    case 'Set':
      assertTargets(node, listOf(node, 'targets'));
      return;
    case 'Pair': {
      const key = fieldOf(node, 'key');
      if (kindOf(key) === 'Symbol' || typeof fieldOf(key as Node, 'value') === 'string') return;
      throw refused('syntax', 'A name in a dictionary is a name or a text.', node);
    }
    case 'Filter':
      if (kindOf(fieldOf(node, 'name')) !== 'Symbol') throw refused('syntax', 'A filter needs a name.', node);
      return;
    case 'Is': {
      const right = fieldOf(node, 'right');
      const test = kindOf(right) === 'FunCall' ? fieldOf(right as Node, 'name') : right;
      if (kindOf(test) === 'Symbol' || (kindOf(test) === 'Literal' && fieldOf(test as Node, 'value') === null)) return;
      throw refused('syntax', '"is" needs the name of a test on its right, such as "defined".', node);
    }
    case 'CompareOperand':
      if (!COMPARISONS.includes(String(fieldOf(node, 'type'))))
        throw refused('syntax', 'There is no such comparison.', node);
  }
}

function assertTargets(node: Node, targets: readonly unknown[]): void {
  for (const target of targets) {
    if (kindOf(target) !== 'Symbol') throw refused('syntax', 'Only plain names can be set.', node);
    if (fieldOf(target as Node, 'value') === 'loop')
      throw refused('syntax', '"loop" is what loops set; use another name.', node);
  }
}

/** `x is divisibleby(3)` is parsed as a call, but is none. */
function isTest(node: Node, field: string, part: unknown): part is Node & { readonly args: unknown } {
  return node.typename === 'Is' && field === 'right' && kindOf(part) === 'FunCall';
}

function unavailable(typename: string): string {
  switch (typename) {
    case 'FunCall':
      return 'Nothing can be called in a template; use a filter.';
    case 'RegExp':
      return 'Regular expressions are not available.';
    default:
      return `"${typename}" is not available in bodies.`;
  }
}

function refused(errorClass: 'syntax' | 'limit', message: string, node: Node): TemplateError {
  const known = typeof node.lineno === 'number' && typeof node.colno === 'number';
  return known
    ? new TemplateError(errorClass, message, node.lineno + 1, node.colno + 1)
    : new TemplateError(errorClass, message);
}

function fieldOf(node: Node, field: string): unknown {
  return Reflect.get(node, field);
}

function listOf(node: Node, field: string): readonly unknown[] {
  const list = fieldOf(node, field);
  return Array.isArray(list) ? list : [];
}

function kindOf(value: unknown): string | undefined {
  return value instanceof nodes.Node ? value.typename : undefined;
}
