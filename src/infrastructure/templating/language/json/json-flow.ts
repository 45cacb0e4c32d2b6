import type { Filter } from '../../filters/filter.js';
import {
  type AnyNode,
  type Body,
  type ForNode,
  type IfChangedNode,
  placeOf,
  type Statement,
  type SwitchNode,
  type TextNode,
} from '../parsing/nodes.js';
import { type Place, refusal } from '../parsing/refusal.js';
import { walk } from '../parsing/walk.js';
import { bindingsOf } from './bindings.js';
import {
  AFTER_VALUE,
  advance,
  COLON,
  due,
  IN_NAME,
  IN_STRING,
  isComplete,
  isInString,
  type JsonFault,
  type JsonPlace,
  type JsonState,
  NAME,
  NAME_OR_END,
  VALUE,
  VALUE_OR_END,
} from './json-lexer.js';
import { holdsOn, pathOf, type Turn } from './loop-facts.js';
import { isRaw } from './raw.js';
import { expressionsOf, type ValueForm, type ValueSite } from './value-site.js';

/** Steps of following a template, which loops inside of loops multiply. */
const MAX_STEPS = 1_000_000;

/** What is known of a template's JSON once it was followed to its end. */
export interface JsonFlow {
  readonly forms: ReadonlyMap<AnyNode, ValueForm>;
  /** The first value that is written raw (`safe`); without one, every rendering is JSON. */
  readonly raw: AnyNode | undefined;
}

/**
 * All places where the JSON may stand: branches that data chooses between may lead to several, which have the same
 * brackets open.
 */
interface Front {
  readonly states: readonly JsonState[];
  readonly open: string;
  /** The tag after which there were several. */
  readonly fork?: AnyNode;
}

const START: Front = { states: [VALUE], open: '' };

/**
 * Follows the JSON through all ways that a rendering may take.
 * @throws TemplateError `syntax` where some way leads to what isn't JSON, whatever the values
 */
export function followJson(body: Body, filters: ReadonlyMap<string, Filter>): JsonFlow {
  return new FlowFollower(body, filters).follow();
}

class FlowFollower {
  readonly #forms = new Map<AnyNode, ValueForm>();
  readonly #turns: Turn[] = [];
  readonly #texts = new Map<AnyNode, Map<string, JsonPlace | JsonFault>>();
  readonly #loops = new Map<AnyNode, Map<string, Front>>();
  /** How many tags give a name a value. */
  readonly #bindings: ReadonlyMap<string, number>;
  #raw: AnyNode | undefined;
  #steps = 0;
  #last: AnyNode;

  constructor(
    readonly body: Body,
    readonly filters: ReadonlyMap<string, Filter>,
  ) {
    this.#bindings = bindingsOf(body);
    this.#last = body;
  }

  follow(): JsonFlow {
    const end = this.#body(this.body, START);
    for (const state of end.states) {
      if (end.open === '' && isComplete(state)) continue;
      const place = { state, open: end.open };
      const reason = this.#isEmpty() ? 'it is empty' : `it ${verb(end, 'end')} where ${due(place)}${forkHint(end)}`;
      throw refusal(`The body is not JSON: ${reason}.`, placeOf(this.#last));
    }
    return { forms: this.#forms, raw: this.#raw };
  }

  #isEmpty(): boolean {
    return this.body.children.every((child) => child.typename === 'TemplateData' && child.value.trim() === '');
  }

  #body(body: Body | null, from: Front): Front {
    let front = from;
    for (const statement of body?.children ?? []) {
      if (++this.#steps > MAX_STEPS) {
        throw refusal('The template has too many ways through its loops to be followed.', placeOf(statement), 'limit');
      }
      this.#last = statement;
      front = this.#statement(statement, front);
    }
    return front;
  }

  #statement(node: Statement, from: Front): Front {
    switch (node.typename) {
      case 'TemplateData':
        return this.#text(node, from);
      case 'Output':
      case 'CycleAgain':
      case 'FilterBlock':
      case 'Lorem':
      case 'Currency':
        return this.#value(node, from);
      case 'Cycle':
        return node.silent ? from : this.#value(node, from);
      case 'FirstOf':
      case 'Moment':
      case 'WidthRatio':
        return node.target === null ? this.#value(node, from) : from;
      case 'Autoescape':
      case 'With':
      case 'Spaceless':
        return this.#body(node.body, from);
      case 'Switch':
        return this.#switch(node, from);
      case 'IfChanged':
        return this.#ifChanged(node, from);
      case 'ForLoop':
        return this.#loop(node, from);
      case 'ResetCycle':
      case 'Regroup':
        return from;
    }
  }

  #text(node: TextNode, from: Front): Front {
    const ends = from.states.map((state) => {
      const end = this.#advanced(node, { state, open: from.open });
      if ('state' in end) return end;
      const { line, column } = placeIn(node, end.index);
      if (end.isLimit === true) throw refusal(`In the body, ${end.message}.`, { line, column }, 'limit');
      throw refusal(`The body is not JSON: ${end.message}${hintAt(node.value, end, from)}.`, { line, column });
    });
    const [{ open } = from] = ends;
    if (ends.some((end) => end.open !== open)) throw apart(node, 'Before this, the JSON', from.fork);
    return front(
      ends.map(({ state }) => state),
      open,
      from.fork,
    );
  }

  #advanced(node: TextNode, from: JsonPlace): JsonPlace | JsonFault {
    let known = this.#texts.get(node);
    if (known === undefined) {
      known = new Map();
      this.#texts.set(node, known);
    }
    const key = `${from.state}${from.open}`;
    let end = known.get(key);
    if (end === undefined) {
      this.#steps += node.value.length >> 6;
      end = advance(node.value, from);
      known.set(key, end);
    }
    return end;
  }

  #value(node: ValueSite, from: Front): Front {
    const raw = expressionsOf(node).some((expression) => isRaw(expression, this.filters));
    if (raw) this.#raw ??= node;
    let form: ValueForm | undefined;
    const states = from.states.map((state) => {
      const [next, own] = afterValue(state) ?? (raw ? [state, form ?? 'text'] : [undefined, undefined]);
      if (next === undefined || own === undefined || (form !== undefined && form !== own)) {
        throw this.#misplacedValue(node, state, from);
      }
      form = own;
      return next;
    });
    const before = this.#forms.get(node);
    if (form !== undefined && before !== undefined && before !== form) {
      throw refusal(
        `This is written as a ${before} at one time and as a ${form} at another; write it in two tags.`,
        placeOf(node),
      );
    }
    if (form !== undefined) this.#forms.set(node, form);
    return front(states, from.open, from.fork);
  }

  #misplacedValue(node: AnyNode, state: JsonState, from: Front): Error {
    const place = placeOf(node);
    if (isInString(state) && state !== IN_STRING && state !== IN_NAME) {
      return refusal('A value stands in the middle of a backslash escape; write \\\\ for a backslash.', place);
    }
    const hint =
      state === AFTER_VALUE && this.#turns.length > 0
        ? 'In a loop, write the comma as {% if not forloop.last %},{% endif %}.'
        : 'Values that belong together stand in one string: "{{ a }} {{ b }}".';
    const reason = `A value ${verb(from, 'stand')} where ${due({ state, open: from.open })}${forkHint(from)}`;
    return refusal(`${reason}. ${hint}`, place);
  }

  #switch(node: SwitchNode, from: Front): Front {
    const ends: Front[] = [];
    const isForloopKnown = !this.#bindings.has('forloop');
    for (const { cond, body } of node.cases) {
      const holds = isForloopKnown ? holdsOn(cond, this.#turns) : undefined;
      if (holds === false) continue;
      ends.push(this.#body(body, from));
      if (holds === true) return joined(ends, node, 'The branches of this {% if %}');
    }
    ends.push(this.#body(node.default, from));
    return joined(ends, node, 'The branches of this {% if %}');
  }

  /** On the first turn of its loop it has changed for sure. */
  #ifChanged(node: IfChangedNode, from: Front): Front {
    const changed = this.#body(node.body, from);
    if (this.#turns.at(-1)?.first === true && !this.#bindings.has('forloop')) return changed;
    return joined([changed, this.#body(node.else_, from)], node, 'The branches of this {% ifchanged %}');
  }

  #loop(node: ForNode, from: Front): Front {
    // What the loop does depends on its turns, and on those of the loops around only where it asks for them.
    const key = mentions(node, 'parentloop') ? undefined : `${from.states.join(' ')}${from.open}`;
    const known = key === undefined ? undefined : this.#loops.get(node)?.get(key);
    if (known !== undefined) return known;
    const end = this.#followedLoop(node, from);
    if (key !== undefined) {
      const ends = this.#loops.get(node) ?? new Map<string, Front>();
      this.#loops.set(node, ends.set(key, end));
    }
    return end;
  }

  #followedLoop(node: ForNode, from: Front): Front {
    const what = 'The body of this {% for %}';
    const none = this.#body(node.else_, from);
    const isAware = mentions(node.body, 'forloop') || mentionsIfChanged(node.body);
    if (!isAware) {
      let before = from;
      for (;;) {
        const after = this.#turn(node, undefined, undefined, before);
        const wider = joined([before, after], node, what);
        if (wider.states.length === before.states.length) return joined([none, after], node, what);
        before = wider;
      }
    }
    const only = this.#turn(node, true, true, from);
    assertSamePlace(from, only, node, what);
    let before = this.#turn(node, true, false, from);
    for (;;) {
      const wider = joined([before, this.#turn(node, false, false, before)], node, what);
      if (wider.states.length === before.states.length) break;
      before = wider;
    }
    return joined([none, only, this.#turn(node, false, true, before)], node, what);
  }

  #turn(loop: ForNode, first: boolean | undefined, last: boolean | undefined, from: Front): Front {
    this.#turns.push({ loop, first, last, isListFixed: this.#isListFixed(loop) });
    const end = this.#body(loop.body, from);
    this.#turns.pop();
    assertSamePlace(from, end, loop, 'The body of this {% for %}');
    return end;
  }

  /** Whether nothing inside of the loop can give the list's name another value. */
  #isListFixed(loop: ForNode): boolean {
    const name = pathOf(loop.arr)?.split('.')[0];
    if (name === undefined || name === 'forloop') return false;
    const count = this.#bindings.get(name) ?? 0;
    const isOfOuterLoop = this.#turns.some((turn) => turn.loop.name.children.some(({ value }) => value === name));
    return count === 0 || (count === 1 && isOfOuterLoop);
  }
}

function front(states: readonly JsonState[], open: string, fork: AnyNode | undefined): Front {
  const distinct = states.length < 2 ? states : [...new Set(states)].sort((a, b) => a - b);
  return fork === undefined || distinct.length < 2 ? { states: distinct, open } : { states: distinct, open, fork };
}

/** The ends of several branches together. */
function joined(fronts: readonly Front[], node: AnyNode, what: string): Front {
  const [first = START, ...others] = fronts;
  for (const other of others) assertSamePlace(first, other, node, what);
  const states = fronts.flatMap((end) => end.states);
  return front(states, first.open, new Set(states).size > first.states.length ? node : (first.fork ?? node));
}

function assertSamePlace(a: Front, b: Front, node: AnyNode, what: string): void {
  if (a.open !== b.open) throw apart(node, what);
  const [one = VALUE, other = VALUE] = [a.states[0], b.states[0]];
  if ((isInString(one) || isInString(other)) && one !== other) throw apart(node, what);
}

function apart(node: AnyNode, what: string, fork?: AnyNode): Error {
  const where = fork === undefined ? '' : ` (see line ${fork.lineno + 1}, column ${fork.colno + 1})`;
  return refusal(
    `${what} may end in different places of the JSON: in a string or not, or with other brackets open${where}. ` +
      'Each way has to write whole strings, lists and objects.',
    placeOf(node),
  );
}

function afterValue(state: JsonState): [JsonState, ValueForm] | undefined {
  switch (state) {
    case VALUE:
    case VALUE_OR_END:
      return [AFTER_VALUE, 'value'];
    case NAME:
    case NAME_OR_END:
      return [COLON, 'name'];
    case IN_STRING:
    case IN_NAME:
      return [state, 'text'];
    default:
      return undefined;
  }
}

function hintAt(text: string, fault: JsonFault, from: Front): string {
  const character = text.charAt(fault.index);
  if (character === ']' || character === '}') {
    const before = text.slice(0, fault.index).trimEnd();
    if (before.endsWith(',') || (before === '' && (from.states.includes(VALUE) || from.states.includes(NAME)))) {
      return `${forkHint(from)}; a comma stands before it (in a loop, write it as {% if not forloop.last %},{% endif %})`;
    }
  }
  if (character === ',' && text.slice(0, fault.index).trim() === '' && from.states.length > 1) {
    return `${forkHint(from)}; put the comma inside of the branch that writes the value`;
  }
  return text.slice(0, fault.index).trim() === '' ? forkHint(from) : '';
}

function verb({ states }: Front, word: string): string {
  return states.length > 1 ? `may ${word}` : `${word}s`;
}

function forkHint({ states, fork }: Front): string {
  if (states.length < 2 || fork === undefined) return '';
  return ` on one of the ways through the tag at line ${fork.lineno + 1}, column ${fork.colno + 1}`;
}

function placeIn(node: TextNode, index: number): Place {
  const before = node.value.slice(0, index);
  const lineStart = before.lastIndexOf('\n') + 1;
  if (lineStart === 0) return { line: node.lineno + 1, column: node.colno + 1 + index };
  return { line: node.lineno + before.split('\n').length, column: index - lineStart + 1 };
}

const MENTIONS = new WeakMap<AnyNode, Map<string, boolean>>();

/** Whether a name, or a look-up of one, stands anywhere inside of a node. */
function mentions(node: AnyNode, name: string): boolean {
  const known = MENTIONS.get(node)?.get(name);
  if (known !== undefined) return known;
  let found = false;
  walk(node, (inner) => {
    if ((inner.typename === 'Symbol' || inner.typename === 'Literal') && Reflect.get(inner, 'value') === name)
      found = true;
  });
  MENTIONS.set(node, (MENTIONS.get(node) ?? new Map<string, boolean>()).set(name, found));
  return found;
}

function mentionsIfChanged(node: AnyNode): boolean {
  let found = false;
  walk(node, ({ typename }) => {
    if (typename === 'IfChanged') found = true;
  });
  return found;
}
