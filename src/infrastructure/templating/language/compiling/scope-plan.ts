import type { AnyNode, Body, CycleNode, Expression, ForNode, Statement } from '../parsing/nodes.js';
import { Scope } from './scope.js';

/**
 * The scopes of a template's blocks, with all their names: a name that a tag sets at a block's end is seen at its start on
 * the next turn of a loop, so all have to be known before anything is compiled.
 */
export class ScopePlan {
  readonly root = Scope.root();
  readonly #inner = new Map<AnyNode, Scope>();
  /** Of loops with several names: each turn has a scope of its own, which is gone after it. */
  readonly #turns = new Map<ForNode, Scope>();

  constructor(body: Body) {
    this.#body(body, this.root);
  }

  /** The scope that a `for` or `with` opens. */
  innerOf(node: AnyNode): Scope {
    return this.#inner.get(node) as Scope;
  }

  turnOf(node: ForNode): Scope {
    return this.#turns.get(node) ?? this.innerOf(node);
  }

  #body(body: Body | null, scope: Scope): void {
    for (const statement of body?.children ?? []) this.#statement(statement, scope);
  }

  #statement(node: Statement, scope: Scope): void {
    switch (node.typename) {
      case 'ForLoop': {
        const inner = scope.inner();
        inner.slotOf('forloop');
        const turn = node.name.children.length > 1 ? inner.inner() : inner;
        if (turn !== inner) this.#turns.set(node, turn);
        for (const { value } of node.name.children) turn.slotOf(value);
        this.#inner.set(node, inner);
        this.#body(node.body, turn);
        this.#body(node.else_, inner);
        return;
      }
      case 'With': {
        const inner = scope.inner();
        for (const name of node.names) inner.slotOf(name);
        this.#inner.set(node, inner);
        this.#body(node.body, inner);
        return;
      }
      case 'Switch':
        for (const { body } of node.cases) this.#body(body, scope);
        this.#body(node.default, scope);
        return;
      case 'IfChanged':
        this.#body(node.body, scope);
        this.#body(node.else_, scope);
        return;
      case 'Autoescape':
      case 'Spaceless':
        this.#body(node.body, scope);
        return;
      case 'FilterBlock':
        this.#body(capturedBy(node.value), scope);
        return;
      case 'Cycle':
        this.#cycle(node, scope);
        return;
      case 'CycleAgain':
        this.#cycle(node.cycle, scope);
        return;
      case 'FirstOf':
      case 'Moment':
      case 'WidthRatio':
      case 'Regroup':
        if (node.target !== null) scope.slotOf(node.target);
        return;
    }
  }

  /** A cycle sets its name where it is known already, be it among the caller's variables, or else right here. */
  #cycle({ target }: CycleNode, scope: Scope): void {
    if (target === null) return;
    scope.slotOf(target);
    this.root.slotOf(target);
  }
}

function capturedBy(value: Expression): Body | null {
  let link = value;
  while (link.typename === 'Filter') link = link.args.children[0] as Expression;
  return link.typename === 'Capture' ? link.body : null;
}
