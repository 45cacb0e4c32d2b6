import compiler from 'nunjucks/src/compiler.js';
import type { LiteralNode, Node, NodeList, NodeOf, SymbolNode } from 'nunjucks/src/nodes.js';
import { TemplateError } from '../../application/ports/template-engine.js';
import { type Condition, conditions } from './conditions.js';
import type { Filter } from './filters/filter.js';
import { filters } from './filters/filters.js';
import { limitExceeded } from './limits.js';
import { nearestName } from './nearest-name.js';
import { operators } from './operators.js';
import { LiteralText, type RenderRun } from './render-run.js';
import type { Scope } from './scope.js';
import { assertInGrammar } from './template-grammar.js';
import { parseTemplate } from './template-parser.js';

type Binary = NodeOf<{ left: Node; right: Node }>;
type Unary = NodeOf<{ target: Node }>;

/** Writes a template's text for one rendering. */
export type CompiledTemplate = (run: RenderRun, scope: Scope) => string;

/** @throws TemplateError `syntax` or `limit` */
export function compileTemplate(source: string): CompiledTemplate {
  const root = parseTemplate(source);
  assertInGrammar(root);
  const bodyCompiler = new BodyCompiler('body', false);
  try {
    bodyCompiler.compile(root);
    return bodyCompiler.compiled();
  } catch (error) {
    if (error instanceof TemplateError) throw error;
    if (error instanceof RangeError) throw limitExceeded('The template is nested too deeply.');
    throw new TemplateError('syntax', 'The template has an expression that can not be compiled.');
  }
}

/**
 * nunjucks' compiler, writing code that has no callbacks, reaches nothing but its arguments, and holds no part of the
 * template but as a JSON string: names are looked up at run time, operators are calls of `runtime`, and texts, filters
 * and tests are numbered.
 */
class BodyCompiler extends compiler.Compiler {
  readonly #texts: LiteralText[] = [];
  readonly #filters: Filter['apply'][] = [];
  readonly #tests: Condition['holds'][] = [];

  compiled(): CompiledTemplate {
    const factory = new Function('runtime', 'texts', 'filters', 'tests', `"use strict";${this.getCode()}`);
    return factory(operators, this.#texts, this.#filters, this.#tests);
  }

  override compileRoot(node: NodeList): void {
    this._emit('return function render(context, frame) { var output = "";');
    this.buffer = 'output';
    this._compileChildren(node);
    this._emit('return output; };');
  }

  override compileOutput(node: NodeList): void {
    for (const child of node.children) {
      if (child.typename === 'TemplateData') {
        const { value } = child as LiteralNode;
        if (value !== '') this._emit(`${this.buffer} += context.text(texts[${this.#texts.length}]);\n`);
        if (value !== '') this.#texts.push(new LiteralText(String(value)));
        continue;
      }
      this._emit(`context.line = ${node.lineno + 1}; context.column = ${node.colno + 1};`);
      this._emit(`${this.buffer} += context.value(`);
      this.compile(child);
      this._emit(');\n');
    }
  }

  override compileCapture(node: NodeOf<{ body: Node }>): void {
    const { buffer } = this;
    this.buffer = 'output';
    this._emit('context.capture(function() { var output = "";');
    this.compile(node.body);
    this._emit('return output; })');
    this.buffer = buffer;
  }

  override compileSymbol(node: SymbolNode): void {
    this._emit(`frame.lookup(${JSON.stringify(node.value)})`);
  }

  override compileSet(node: NodeOf<{ targets: SymbolNode[]; value: Node | null; body?: Node }>): void {
    const value = this._tmpid();
    this._emit(`var ${value} = `);
    const source = node.value ?? node.body;
    if (source !== undefined) this.compile(source);
    this._emit(';');
    for (const target of node.targets) this._emit(`frame.assign(${JSON.stringify(target.value)}, ${value});`);
    this._emit('\n');
  }

  override compileFor(node: NodeOf<{ arr: Node; name: Node; body: Node; else_: Node | null }>): void {
    const names = node.name.typename === 'Array' ? ((node.name as NodeList).children as SymbolNode[]) : undefined;
    const [items, index] = [this._tmpid(), this._tmpid()];
    this._emit(`context.line = ${node.lineno + 1}; context.column = ${node.colno + 1}; var ${items} = runtime.items(`);
    this.compile(node.arr);
    this._emit(`, ${names?.length ?? 1}, context); frame = frame.push();`);
    this._emit(`for (var ${index} = 0; ${index} < ${items}.length; ${index}++) {`);
    const body = this.codebuf.length;
    this._emit('');
    this._emit(`frame.bind("loop", runtime.loop(${index}, ${items}.length));`);
    if (names === undefined) {
      this._emit(`frame.bind(${JSON.stringify((node.name as SymbolNode).value)}, ${items}[${index}]);`);
    }
    names?.forEach((name, position) => {
      const bound = `runtime.member(${items}[${index}], ${position})`;
      this._emit(`frame.bind(${JSON.stringify(name.value)}, ${bound});`);
    });
    this.compile(node.body);
    this.codebuf[body] = `context.step(${this.codebuf.length - body});`;
    this._emit('} frame = frame.pop();\n');
    if (node.else_ === null) return;
    this._emit(`if (${items}.length === 0) {`);
    this.compile(node.else_);
    this._emit('}\n');
  }

  override compileFilter(node: NodeOf<{ name: SymbolNode; args: NodeList }>): void {
    const { value: name, lineno, colno } = node.name;
    const filter = filters.get(name) ?? unknownName('filter', node.name, filters.keys());
    this._emit(`(context.line = ${lineno + 1}, context.column = ${colno + 1}, `);
    this._emit(`filters[${this.#filters.length}](context`);
    this.#filters.push(filter.apply);
    for (const argument of filterArguments(node, filter)) {
      this._emit(', ');
      if (argument === undefined) this._emit('undefined');
      else this.compile(argument);
    }
    this._emit('))');
  }

  override compileIs(node: Binary): void {
    const call = node.right as NodeOf<{ name?: SymbolNode; args?: NodeList; value?: string | null }>;
    const args = call.args?.children ?? [];
    const name = call.name?.value ?? call.value ?? 'null';
    const condition =
      conditions.get(name) ?? unknownName('test', call.name ?? (call as Node as SymbolNode), conditions.keys());
    if (args.length !== condition.parameters) {
      throw syntaxError(`The test "${name}" takes ${count(condition.parameters)}.`, node.right);
    }
    this._emit(`tests[${this.#tests.length}](context, `);
    this.#tests.push(condition.holds);
    this.compile(node.left);
    for (const argument of args) {
      this._emit(', ');
      this.compile(argument);
    }
    this._emit(')');
  }

  override compileArray(node: NodeList): void {
    this._emit('[');
    for (const child of node.children) {
      this.compile(child);
      this._emit(',');
    }
    this._emit(']');
  }

  override compileDict(node: NodeList): void {
    this._emit('{');
    for (const child of node.children) {
      const { key, value } = child as NodeOf<{ key: SymbolNode; value: Node }>;
      this._emit(`[${JSON.stringify(key.value)}]: `);
      this.compile(value);
      this._emit(',');
    }
    this._emit('}');
  }

  /** Without an else, the value is missing: null in a JSON body, nothing in text. */
  override compileInlineIf(node: NodeOf<{ cond: Node; body: Node; else_: Node | null }>): void {
    this._emit('(');
    this.compile(node.cond);
    this._emit(' ? ');
    this.compile(node.body);
    this._emit(' : ');
    if (node.else_ === null) this._emit('undefined');
    else this.compile(node.else_);
    this._emit(')');
  }

  override compileCompare(node: NodeOf<{ expr: Node; ops: NodeOf<{ expr: Node; type: string }>[] }>): void {
    for (let link = 0; link < node.ops.length; link++) this._emit('runtime.compare(');
    this.compile(node.expr);
    for (const { type, expr } of node.ops) {
      this._emit(`, ${JSON.stringify(type)}, `);
      this.compile(expr);
      this._emit(', context)');
    }
  }

  override compileIn({ left, right }: Binary): void {
    this.#call('contains', left, right);
  }

  override compileAdd({ left, right }: Binary): void {
    this.#call('add', left, right);
  }

  override compileConcat({ left, right }: Binary): void {
    this.#call('concat', left, right);
  }

  override compileSub({ left, right }: Binary): void {
    this.#call('sub', left, right);
  }

  override compileMul({ left, right }: Binary): void {
    this.#call('mul', left, right);
  }

  override compileDiv({ left, right }: Binary): void {
    this.#call('div', left, right);
  }

  override compileFloorDiv({ left, right }: Binary): void {
    this.#call('floorDiv', left, right);
  }

  override compileMod({ left, right }: Binary): void {
    this.#call('mod', left, right);
  }

  override compilePow({ left, right }: Binary): void {
    this.#call('pow', left, right);
  }

  override compileNeg({ target }: Unary): void {
    this.#call('neg', target);
  }

  override compilePos({ target }: Unary): void {
    this.#call('pos', target);
  }

  override compileNot({ target }: Unary): void {
    this._emit('!(');
    this.compile(target);
    this._emit(')');
  }

  override compileLookupVal({ target, val }: NodeOf<{ target: Node; val: Node }>): void {
    this.#call('member', target, val);
  }

  #call(operator: keyof typeof operators, ...operands: Node[]): void {
    this._emit(`runtime.${operator}(`);
    for (const operand of operands) {
      this.compile(operand);
      this._emit(', ');
    }
    this._emit('context)');
  }
}

/** The value and the arguments in the order of the filter's parameters; undefined where one is left out. */
function filterArguments(node: NodeOf<{ name: SymbolNode; args: NodeList }>, filter: Filter): (Node | undefined)[] {
  const name = node.name.value;
  const positional = node.args.children.filter((argument) => argument.typename !== 'KeywordArgs');
  if (positional.length - 1 > filter.parameters.length) {
    throw syntaxError(`The filter "${name}" takes ${count(filter.parameters.length)}.`, node.name);
  }
  const ordered: (Node | undefined)[] = [...positional];
  const named = node.args.children.find((argument) => argument.typename === 'KeywordArgs') as NodeList | undefined;
  for (const pair of (named?.children ?? []) as NodeOf<{ key: SymbolNode; value: Node }>[]) {
    const position = filter.parameters.indexOf(pair.key.value) + 1;
    if (position === 0) throw syntaxError(`The filter "${name}" has no argument "${pair.key.value}".`, pair);
    if (ordered[position] !== undefined) throw syntaxError(`The argument "${pair.key.value}" is given twice.`, pair);
    while (ordered.length < position) ordered.push(undefined);
    ordered[position] = pair.value;
  }
  return ordered;
}

function unknownName(kind: 'filter' | 'test', node: SymbolNode, known: Iterable<string>): never {
  const nearest = nearestName(node.value, known);
  const hint = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
  throw syntaxError(`There is no ${kind} "${node.value}"${hint === '' ? '.' : hint}`, node);
}

function count(parameters: number): string {
  if (parameters === 0) return 'no arguments';
  return parameters === 1 ? 'one argument' : `at most ${parameters} arguments`;
}

function syntaxError(message: string, node: Node): TemplateError {
  return new TemplateError('syntax', message, node.lineno + 1, node.colno + 1);
}
