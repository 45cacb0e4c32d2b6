import nunjucks from 'nunjucks/src/nodes.js';
import type { Value } from '../../values/value.js';
import type { Place } from './refusal.js';

/*
 * The syntax tree: nunjucks' nodes, and more of their kind for what only Django has. nunjucks counts lines and columns
 * from 0.
 */

interface NodeOf<Type extends string> {
  readonly typename: Type;
  readonly lineno: number;
  readonly colno: number;
}
export type AnyNode = NodeOf<string>;

export type SymbolNode = NodeOf<'Symbol'> & { readonly value: string };
export type LiteralNode = NodeOf<'Literal'> & { readonly value: Value };
export type LookupNode = NodeOf<'LookupVal'> & { readonly target: Expression; readonly val: LiteralNode };
export type FilterNode = NodeOf<'Filter'> & { readonly name: SymbolNode; readonly args: ListOf<Expression> };
/** What a block renders to, as a value. */
export type CaptureNode = NodeOf<'Capture'> & { readonly body: Body };
export type BinaryNode = NodeOf<'And' | 'Or' | 'In' | 'NotIn' | 'Is' | 'IsNot'> & {
  readonly left: Expression;
  readonly right: Expression;
};
export type NotNode = NodeOf<'Not'> & { readonly target: Expression };
export type CompareNode = NodeOf<'Compare'> & {
  readonly expr: Expression;
  readonly ops: readonly [{ readonly expr: Expression; readonly type: Comparison }];
};
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';
export type Expression =
  | SymbolNode
  | LiteralNode
  | LookupNode
  | FilterNode
  | CaptureNode
  | BinaryNode
  | NotNode
  | CompareNode;

type ListOf<Child> = NodeOf<'NodeList'> & { readonly children: readonly Child[] };
export type Body = ListOf<Statement>;

export type TextNode = NodeOf<'TemplateData'> & { readonly value: string };
export type OutputNode = NodeOf<'Output'> & { readonly children: readonly [Expression] };
/** `if` with its `elif`s; a loop over them needs no nesting. */
export type SwitchNode = NodeOf<'Switch'> & { readonly cases: readonly CaseNode[]; readonly default: Body | null };
export type CaseNode = NodeOf<'Case'> & { readonly cond: Expression; readonly body: Body };
export type ForNode = NodeOf<'ForLoop'> & {
  readonly arr: Expression;
  readonly name: ListOf<SymbolNode>;
  readonly body: Body;
  readonly else_: Body | null;
  readonly reversed: boolean;
};
export type AutoescapeNode = NodeOf<'Autoescape'> & { readonly on: boolean; readonly body: Body };
export type CycleNode = NodeOf<'Cycle'> & {
  readonly values: readonly Expression[];
  readonly target: string | null;
  readonly silent: boolean;
};
/** A cycle that stands elsewhere, taken one further. */
export type CycleAgainNode = NodeOf<'CycleAgain'> & { readonly cycle: CycleNode };
export type ResetCycleNode = NodeOf<'ResetCycle'> & { readonly cycle: CycleNode };
/** `filter`: writes a captured block through filters, not escaped any more. */
export type FilterBlockNode = NodeOf<'FilterBlock'> & { readonly value: Expression };
export type FirstOfNode = NodeOf<'FirstOf'> & {
  readonly values: readonly Expression[];
  readonly target: string | null;
};
export type IfChangedNode = NodeOf<'IfChanged'> & {
  readonly values: readonly Expression[];
  readonly body: Body;
  readonly else_: Body | null;
};
export type LoremNode = NodeOf<'Lorem'> & {
  readonly count: Expression;
  readonly method: 'w' | 'p' | 'b';
  readonly common: boolean;
};
export type RegroupNode = NodeOf<'Regroup'> & {
  readonly list: Expression;
  readonly expression: Expression;
  readonly target: string;
};
export type SpacelessNode = NodeOf<'Spaceless'> & { readonly body: Body };
export type WidthRatioNode = NodeOf<'WidthRatio'> & {
  readonly value: Expression;
  readonly max: Expression;
  readonly width: Expression;
  readonly target: string | null;
};
export type WithNode = NodeOf<'With'> & {
  readonly names: readonly string[];
  readonly values: readonly Expression[];
  readonly body: Body;
};
/** The present moment in Django's letters (`now`) or in those of strftime (`today`). */
export type MomentNode = NodeOf<'Moment'> & {
  readonly style: 'django' | 'strftime';
  readonly format: string;
  readonly target: string | null;
};
export type CurrencyNode = NodeOf<'Currency'> & { readonly value: Expression };
export type Statement =
  | TextNode
  | OutputNode
  | SwitchNode
  | ForNode
  | AutoescapeNode
  | CycleNode
  | CycleAgainNode
  | ResetCycleNode
  | FilterBlockNode
  | FirstOfNode
  | IfChangedNode
  | LoremNode
  | RegroupNode
  | SpacelessNode
  | WidthRatioNode
  | WithNode
  | MomentNode
  | CurrencyNode;

type NodeClass = (new (
  lineno: number,
  colno: number,
  ...fields: unknown[]
) => AnyNode) & {
  extend(name: string, members: { readonly fields: readonly string[] }): NodeClass;
};
const { Node, BinOp, For, ...own } = nunjucks as unknown as Readonly<Record<string, NodeClass>>;

const CLASSES: Readonly<Record<string, NodeClass | undefined>> = {
  ...own,
  NotIn: BinOp?.extend('NotIn', { fields: ['left', 'right'] }),
  IsNot: BinOp?.extend('IsNot', { fields: ['left', 'right'] }),
  ForLoop: For?.extend('ForLoop', { fields: ['arr', 'name', 'body', 'else_', 'reversed'] }),
  Autoescape: Node?.extend('Autoescape', { fields: ['on', 'body'] }),
  Cycle: Node?.extend('Cycle', { fields: ['values', 'target', 'silent'] }),
  CycleAgain: Node?.extend('CycleAgain', { fields: ['cycle'] }),
  ResetCycle: Node?.extend('ResetCycle', { fields: ['cycle'] }),
  FilterBlock: Node?.extend('FilterBlock', { fields: ['value'] }),
  FirstOf: Node?.extend('FirstOf', { fields: ['values', 'target'] }),
  IfChanged: Node?.extend('IfChanged', { fields: ['values', 'body', 'else_'] }),
  Lorem: Node?.extend('Lorem', { fields: ['count', 'method', 'common'] }),
  Regroup: Node?.extend('Regroup', { fields: ['list', 'expression', 'target'] }),
  Spaceless: Node?.extend('Spaceless', { fields: ['body'] }),
  WidthRatio: Node?.extend('WidthRatio', { fields: ['value', 'max', 'width', 'target'] }),
  With: Node?.extend('With', { fields: ['names', 'values', 'body'] }),
  Moment: Node?.extend('Moment', { fields: ['style', 'format', 'target'] }),
  Currency: Node?.extend('Currency', { fields: ['value'] }),
};

/** Makes a node, whose fields come in the order of its class. */
export function make<Made extends AnyNode>(typename: Made['typename'], place: Place, ...fields: unknown[]): Made {
  const NodeClass = CLASSES[typename];
  if (NodeClass === undefined) throw new TypeError(`nunjucks has no node ${typename}`);
  return new NodeClass(place.line - 1, place.column - 1, ...fields) as Made;
}

export function placeOf(node: AnyNode): Place {
  return { line: node.lineno + 1, column: node.colno + 1 };
}
