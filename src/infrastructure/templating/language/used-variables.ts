import type { UsedVariable } from '../../../application/ports/template-engine.js';
import type { Filter } from '../filters/filter.js';
import { pathOf } from './json/loop-facts.js';
import type { AnyNode, Body, Expression, Statement } from './parsing/nodes.js';
import { placeOf } from './parsing/nodes.js';
import { TAGS } from './parsing/tags/tags.js';
import { TemplateParser } from './parsing/template-parser.js';

const CONSTANTS = ['True', 'False', 'None', 'forloop'];

/**
 * The caller's variables that a template reads, in the order of their places; not the names that its own tags set. A name
 * that a tag sets holds to the end of the block that the tag stands in.
 * @throws TemplateError
 */
export function usedVariables(source: string, filters: ReadonlyMap<string, Filter>): readonly UsedVariable[] {
  const used: UsedVariable[] = [];
  visitBody(new TemplateParser(source, filters, TAGS).parse(), new Set(CONSTANTS), used);
  return used;
}

/** Names that a tag sets here are added to `own`, and hold from there to the end of the block. */
function visitBody(body: Body | null, outer: ReadonlySet<string>, used: UsedVariable[]): void {
  const own = new Set(outer);
  for (const statement of body?.children ?? []) visitStatement(statement, own, used);
}

function visitStatement(node: Statement, own: Set<string>, used: UsedVariable[]): void {
  const read = (...expressions: readonly Expression[]): void => {
    for (const expression of expressions) visitExpression(expression, own, used);
  };
  switch (node.typename) {
    case 'Output':
      read(...node.children);
      return;
    case 'Switch':
      for (const { cond, body } of node.cases) {
        read(cond);
        visitBody(body, own, used);
      }
      visitBody(node.default, own, used);
      return;
    case 'ForLoop':
      read(node.arr);
      visitBody(node.body, new Set([...own, ...node.name.children.map(({ value }) => value)]), used);
      visitBody(node.else_, own, used);
      return;
    case 'With':
      read(...node.values);
      visitBody(node.body, new Set([...own, ...node.names]), used);
      return;
    case 'Autoescape':
    case 'Spaceless':
      visitBody(node.body, own, used);
      return;
    case 'IfChanged':
      read(...node.values);
      visitBody(node.body, own, used);
      visitBody(node.else_, own, used);
      return;
    case 'FilterBlock':
    case 'Currency':
      read(node.value);
      return;
    case 'Lorem':
      read(node.count);
      return;
    case 'Cycle':
    case 'FirstOf':
      read(...node.values);
      break;
    case 'WidthRatio':
      read(node.value, node.max, node.width);
      break;
    case 'Regroup':
      read(node.list);
      break;
    case 'Moment':
      break;
    case 'TemplateData':
    case 'CycleAgain':
    case 'ResetCycle':
      return;
  }
  if (node.target !== null) own.add(node.target);
}

function visitExpression(node: Expression, own: Set<string>, used: UsedVariable[]): void {
  switch (node.typename) {
    case 'Symbol':
    case 'LookupVal':
      addUsed(node, pathOf(node) ?? '', own, used);
      return;
    case 'Filter':
      for (const part of node.args.children) visitExpression(part, own, used);
      return;
    case 'Capture':
      visitBody(node.body, own, used);
      return;
    case 'Not':
      visitExpression(node.target, own, used);
      return;
    case 'Compare':
      visitExpression(node.expr, own, used);
      visitExpression(node.ops[0].expr, own, used);
      return;
    case 'Literal':
      return;
    default:
      visitExpression(node.left, own, used);
      visitExpression(node.right, own, used);
  }
}

function addUsed(node: AnyNode, path: string, own: ReadonlySet<string>, used: UsedVariable[]): void {
  const [name = ''] = path.split('.');
  if (!own.has(name)) used.push({ path, ...placeOf(node) });
}
