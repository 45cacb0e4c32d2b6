/** Django's `VariableDoesNotExist`: raised by a missing argument of a filter. An `if` takes it for false. */
export class MissingVariable extends Error {
  override readonly name = 'MissingVariable';

  constructor(readonly path: string) {
    super(`there is no ${path}, which a filter has as its argument`);
  }
}
