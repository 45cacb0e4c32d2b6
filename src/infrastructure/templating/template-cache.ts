/** Keeps the values used last, up to a number of them and to a number of characters in their keys. */
export class TemplateCache<Value> {
  readonly #values = new Map<string, Value>();
  #characters = 0;

  constructor(
    readonly maxEntries: number,
    readonly maxCharacters: number,
  ) {}

  get size(): number {
    return this.#values.size;
  }

  get(key: string): Value | undefined {
    const value = this.#values.get(key);
    if (value !== undefined) {
      this.#values.delete(key);
      this.#values.set(key, value);
    }
    return value;
  }

  set(key: string, value: Value): void {
    if (!this.#values.has(key)) this.#characters += key.length;
    this.#values.set(key, value);
    for (const oldest of this.#values.keys()) {
      if (this.#values.size <= this.maxEntries && this.#characters <= this.maxCharacters) return;
      this.#values.delete(oldest);
      this.#characters -= oldest.length;
    }
  }
}
