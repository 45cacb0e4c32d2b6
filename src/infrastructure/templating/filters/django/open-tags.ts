import { isSpace } from '../../values/white-space.js';

/** HTML 4's elements that have no end. */
const VOID: ReadonlySet<string> = new Set(['br', 'col', 'link', 'base', 'img', 'param', 'area', 'hr', 'input']);

/** The elements that are open after some tags. */
export class OpenTags {
  readonly #names: string[] = [];
  /** How often each name is open: closing one that isn't takes no search. */
  readonly #counts = new Map<string, number>();

  /** @param markup what is between a tag's brackets */
  meet(markup: string): void {
    const tag = readTag(markup);
    if (tag === undefined || tag.closesItself || VOID.has(tag.name)) return;
    if (tag.isEnd) this.#close(tag.name);
    else {
      this.#names.push(tag.name);
      this.#counts.set(tag.name, (this.#counts.get(tag.name) ?? 0) + 1);
    }
  }

  /** An end tag closes all that was opened since its start. */
  #close(name: string): void {
    while ((this.#counts.get(name) ?? 0) > 0) {
      const last = this.#names.pop();
      if (last === undefined) return;
      this.#counts.set(last, (this.#counts.get(last) ?? 1) - 1);
      if (last === name) return;
    }
  }

  /** The end tags that close them all. */
  closing(): string {
    return this.#names.reduceRight((text, name) => `${text}</${name}>`, '');
  }
}

interface Tag {
  name: string;
  isEnd: boolean;
  closesItself: boolean;
}

function readTag(markup: string): Tag | undefined {
  if (markup.startsWith('/')) {
    const end = readNamed(markup, 1);
    if (end !== undefined) return { ...end, isEnd: true };
  }
  // As in Django, a slash that no name follows is taken for a name.
  const start = readNamed(markup, 0);
  return start === undefined ? undefined : { ...start, isEnd: false };
}

/** A name is at least one character, up to white space or a slash at the end. */
function readNamed(markup: string, from: number): Omit<Tag, 'isEnd'> | undefined {
  if (from >= markup.length || isSpace(markup.charAt(from))) return undefined;
  let end = from + 1;
  while (end < markup.length && !isSpace(markup.charAt(end)) && markup.slice(end, end + 2) !== '/') end++;
  const rest = markup.slice(end);
  return { name: markup.slice(from, end).toLowerCase(), closesItself: /^\s*\/$/.test(rest) };
}
