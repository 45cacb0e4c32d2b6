/** Lets those who met on something go on one after another, in the order in which they came. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** Waits for one's turn at `name`. @returns the function that ends it */
  async take(name: string): Promise<() => void> {
    const before = this.#last.get(name);
    let end: () => void = () => {};
    const mine = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#last.set(name, mine);
    await before;
    return () => {
      if (this.#last.get(name) === mine) this.#last.delete(name);
      end();
    };
  }
}
