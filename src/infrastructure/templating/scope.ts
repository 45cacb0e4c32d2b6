import { noFunction } from './values.js';

/** The variables of a rendering, and over them those set by the template; a loop has a scope of its own. */
export class Scope {
  #set: Map<string, unknown> | undefined;

  constructor(
    readonly variables: object,
    readonly parent?: Scope,
  ) {}

  lookup(name: string): unknown {
    const holder = this.#holderOf(name);
    if (holder !== undefined) return holder.#set?.get(name);
    return Object.hasOwn(this.variables, name) ? noFunction(Reflect.get(this.variables, name)) : undefined;
  }

  /** Binds a loop's name in this scope. */
  bind(name: string, value: unknown): void {
    this.#set ??= new Map();
    this.#set.set(name, value);
  }

  /** Changes the innermost scope that has the name, or else this one: nunjucks' rule for `set`. */
  assign(name: string, value: unknown): void {
    (this.#holderOf(name) ?? this).bind(name, value);
  }

  pop(): Scope | undefined {
    return this.parent;
  }

  push(): Scope {
    return new Scope(this.variables, this);
  }

  #holderOf(name: string): Scope | undefined {
    let scope: Scope | undefined = this;
    while (scope !== undefined && !scope.#set?.has(name)) scope = scope.parent;
    return scope;
  }
}
