import type { Filter } from '../../filters/filter.js';
import { str } from '../../values/printing.js';
import { textOf } from '../../values/text.js';
import { PyDateTime, SafeText, type Value } from '../../values/value.js';
import { pathOf } from '../json/loop-facts.js';
import type { CaptureNode, Expression, FilterNode, LookupNode } from '../parsing/nodes.js';
import { type Key, keyOf, member, ownEntry } from '../running/member.js';
import { MissingVariable } from '../running/missing-variable.js';
import type { Rendering } from '../running/rendering.js';
import { isOuter, nameLookup } from './name-lookup.js';
import type { Part, Resolve } from './part.js';
import type { Scope } from './scope.js';
import { inUtc } from './utc.js';

/** What filters get for a value that is missing: nothing where it is written, None in tags that can do without it. */
export type Missing = '' | null;

/** Django's filters that see moments in the time zone of the rendering, which is UTC. */
const FILTERS_OF_LOCAL_TIME = ['date', 'time'];

/** Compiles values with their filters. */
export class ExpressionCompiler {
  constructor(
    readonly filters: ReadonlyMap<string, Filter>,
    readonly compileCapture: (node: CaptureNode) => Part,
  ) {}

  /** A value without filters that is missing comes as undefined, whatever `missing` says. */
  compile(node: Expression, scope: Scope, missing: Missing): Resolve {
    switch (node.typename) {
      case 'Literal': {
        const { value } = node;
        return () => value;
      }
      case 'Symbol':
        return nameLookup(node.value, scope);
      case 'LookupVal':
        return path(node, scope);
      case 'Filter':
        return this.#filtered(node, scope, missing);
      case 'Capture': {
        const part = this.compileCapture(node);
        return (run) => new SafeText(part(run));
      }
      default:
        throw new TypeError(`${node.typename} is a condition`);
    }
  }

  #filtered(node: FilterNode, scope: Scope, missing: Missing): Resolve {
    const [inputNode, argumentNode] = node.args.children;
    const input = this.compile(inputNode as Expression, scope, missing);
    const name = node.name.value;
    const filter = this.filters.get(name);
    if (filter === undefined) throw new TypeError(`there is no filter ${name}`);
    const local = FILTERS_OF_LOCAL_TIME.includes(name);
    const argument = argumentNode === undefined ? undefined : this.#argument(argumentNode, scope);
    return (run) => {
      let value = input(run);
      if (value === undefined) value = missing;
      if (local && value instanceof PyDateTime) value = inUtc(value);
      const given = argument?.(run);
      run.node = node.name;
      return apply(filter, value, given, run);
    };
  }

  #argument(node: Expression, scope: Scope): Resolve {
    const argument = this.compile(node, scope, '');
    if (node.typename === 'Literal') return argument;
    return (run) => {
      const value = argument(run);
      if (value !== undefined) return value;
      run.node = node;
      throw new MissingVariable(pathOf(node) ?? '');
    };
  }
}

function apply(filter: Filter, value: Value, argument: Value, run: Rendering): Value {
  const isSafe = value instanceof SafeText;
  let input = value;
  if (filter.takesText === true && typeof value !== 'string')
    input = isSafe ? value.text : textOf(value, run.budget).text;
  const result = filter.apply(input, argument, run, isSafe);
  if (!isSafe || filter.isSafe !== true || result instanceof SafeText) return result;
  return new SafeText(str(result, run.budget));
}

function path(node: LookupNode, scope: Scope): Resolve {
  const keys: Key[] = [];
  let target: Expression = node;
  for (; target.typename === 'LookupVal'; target = target.target) keys.unshift(keyOf(String(target.val.value)));
  if (target.typename !== 'Symbol') throw new TypeError(`${target.typename} has no names to look up`);
  const name = target.value;
  const [first, second, third] = keys as [Key, ...Key[]];
  // The usual paths are short and begin at the caller's variables, so these have a look-up without calls in between.
  if (second === undefined && isOuter(name, scope)) return (run) => member(ownEntry(run.variables, name), first);
  const start = nameLookup(name, scope);
  if (second === undefined) return (run) => member(start(run), first);
  if (third === undefined) return (run) => member(member(start(run), first), second);
  return (run) => {
    let value = start(run);
    for (let index = 0; index < keys.length && value !== undefined; index++) value = member(value, keys[index] as Key);
    return value;
  };
}
