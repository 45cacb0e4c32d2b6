/** What was given to append can't be kept: a name that is no plain text, or data that is no JSON. */
export class NotStorable extends TypeError {
  override readonly name = 'NotStorable';
}

/** Control characters would blur the lines of the hash chain and of listings; half a surrogate pair comes back as another character. */
const NOT_PLAIN = /[\p{Cc}\p{Cs}]/u;

/** @returns the name of a stream or a type, or an id, as it is. @throws NotStorable */
export function plainText(name: string, what: string): string {
  if (typeof name === 'string' && name !== '' && !NOT_PLAIN.test(name)) return name;
  throw new NotStorable(`${JSON.stringify(name)} can't be ${what}: that has to be plain text, and not empty.`);
}

/** @returns the JSON text. @throws NotStorable */
export function jsonText(value: object, what: string): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new NotStorable(`${what} has to be plain JSON: ${why}`, { cause: error });
  }
  // What JSON has no word for, such as a function.
  if (text === undefined) throw new NotStorable(`${what} has to be plain JSON, not ${typeof value}.`);
  return text;
}
