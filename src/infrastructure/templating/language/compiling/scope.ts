/**
 * Names that a tag gives values to while its block is rendered, as a level of Django's context. Each name has a slot, so
 * that rendering looks nothing up but what the caller's variables hold. A slot that holds nothing lets the outer ones show.
 */
export class Scope {
  readonly #slots = new Map<string, number>();

  private constructor(
    readonly parent: Scope | undefined,
    readonly counter: { slots: number },
  ) {}

  static root(): Scope {
    return new Scope(undefined, { slots: 0 });
  }

  inner(): Scope {
    return new Scope(this, this.counter);
  }

  /** The slot of a name in this scope, made where there is none. */
  slotOf(name: string): number {
    let slot = this.#slots.get(name);
    if (slot === undefined) {
      slot = this.counter.slots++;
      this.#slots.set(name, slot);
    }
    return slot;
  }

  /** The slots that may hold a name, the innermost first. */
  chainOf(name: string): number[] {
    const chain: number[] = [];
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      const slot = scope.#slots.get(name);
      if (slot !== undefined) chain.push(slot);
    }
    return chain;
  }

  get root(): Scope {
    let scope: Scope = this;
    while (scope.parent !== undefined) scope = scope.parent;
    return scope;
  }

  get slots(): readonly number[] {
    return [...this.#slots.values()];
  }
}
