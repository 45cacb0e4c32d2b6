import type { Filter } from '../../filters/filter.js';
import { words } from '../../values/white-space.js';
import { limitExceeded, MAX_NESTING, MAX_NODES, MAX_TEMPLATE } from '../limits.js';
import { nearestName } from '../nearest-name.js';
import { ExpressionParser } from './expression-parser.js';
import { tokensOf } from './lexer.js';
import { type Body, type CycleNode, make, type Statement } from './nodes.js';
import { refusal, shown } from './refusal.js';
import { assertTagLength } from './tag-words.js';
import type { Token } from './token.js';
import { assertSupportedTag } from './unsupported.js';

/** Parses a tag, and the blocks that belong to it; undefined where it writes nothing and does nothing. */
export type Tag = (parser: TemplateParser, token: Token) => Statement | undefined;

/** Parses the tokens of a template into a tree. */
export class TemplateParser {
  readonly expressions: ExpressionParser;
  /** Cycles with a name, for `cycle name` and `resetcycle name`. */
  readonly namedCycles = new Map<string, CycleNode>();
  /** The cycle that `resetcycle` without a name means. */
  lastCycle: CycleNode | undefined;
  readonly #tokens: readonly Token[];
  #position = 0;
  #nesting = 0;

  /** @throws TemplateError `limit` */
  constructor(
    source: string,
    filters: ReadonlyMap<string, Filter>,
    readonly tags: ReadonlyMap<string, Tag>,
  ) {
    if (source.length > MAX_TEMPLATE) throw limitExceeded(`The template has over ${MAX_TEMPLATE} characters.`);
    this.#tokens = tokensOf(source);
    this.expressions = new ExpressionParser(filters);
    const first = this.#tokens[MAX_NODES];
    if (first !== undefined) throw refusal(`The template has over ${MAX_NODES} tags and texts.`, first, 'limit');
  }

  /** @throws TemplateError `syntax` or `limit` */
  parse(): Body {
    return this.#statements([], undefined).body;
  }

  /**
   * The statements inside of a tag, up to one of its other tags, which is given along.
   * @throws TemplateError `syntax` where none of these comes
   */
  block(opening: Token, ...ends: string[]): { body: Body; end: Token } {
    if (++this.#nesting > MAX_NESTING) {
      throw refusal(`The template has over ${MAX_NESTING} blocks inside one another.`, opening, 'limit');
    }
    const { body, end } = this.#statements(ends, opening);
    this.#nesting--;
    if (end === undefined) throw unclosed(opening, ends);
    return { body, end };
  }

  /** Leaves out everything up to a tag that has just this name. */
  skipTo(opening: Token, end: string): void {
    while (this.#position < this.#tokens.length) {
      const token = this.#tokens[this.#position++] as Token;
      if (token.type === 'block' && token.contents === end) return;
    }
    throw unclosed(opening, [end]);
  }

  #statements(ends: readonly string[], opening: Token | undefined): { body: Body; end: Token | undefined } {
    const children: Statement[] = [];
    const place = opening ?? { line: 1, column: 1 };
    while (this.#position < this.#tokens.length) {
      const token = this.#tokens[this.#position++] as Token;
      const name = token.type === 'block' ? tagName(token) : '';
      if (token.type === 'block' && ends.includes(name)) {
        return { body: make<Body>('NodeList', place, children), end: token };
      }
      const statement = this.#statement(token, name, ends, opening);
      if (statement !== undefined) children.push(statement);
    }
    return { body: make<Body>('NodeList', place, children), end: undefined };
  }

  #statement(token: Token, name: string, ends: readonly string[], opening: Token | undefined): Statement | undefined {
    if (token.type === 'text') return make('TemplateData', token, token.contents);
    assertTagLength(token);
    if (token.type === 'variable') {
      if (token.contents === '') throw refusal('{{ }} is empty; the name of a value is due.', token);
      const word = { text: token.contents, line: token.line, column: token.contentsColumn };
      return make('Output', token, [this.expressions.parse(word)]);
    }
    const tag = this.tags.get(name);
    if (tag === undefined) throw this.#unknownTag(token, name, ends, opening);
    return tag(this, token);
  }

  #unknownTag(token: Token, name: string, ends: readonly string[], opening: Token | undefined): Error {
    assertSupportedTag(name, token);
    if (opening !== undefined && /^(?:end|el|empty$)/.test(name)) {
      const tags = ends.map((end) => `{% ${end} %}`).join(', ');
      return refusal(
        `{% ${name} %} stands inside of {% ${tagName(opening)} %} (line ${opening.line}); ${tags} is due.`,
        token,
      );
    }
    if (/^(?:end|elif$|else$|empty$)/.test(name)) return refusal(`{% ${name} %} has no opening tag before it.`, token);
    const nearest = nearestName(name, this.tags.keys());
    return refusal(
      `There is no tag ${shown(name)}${nearest === undefined ? '.' : `; did you mean "${nearest}"?`}`,
      token,
    );
  }
}

function tagName(token: Token): string {
  const name = words(token.contents.slice(0, 200))[0];
  if (name === undefined) throw refusal('{% %} is empty; the name of a tag is due.', token);
  return name;
}

function unclosed(opening: Token, ends: readonly string[]): Error {
  const due = ends.map((end) => `{% ${end} %}`).join(' or ');
  return refusal(`{% ${tagName(opening)} %} is never closed; ${due} is due.`, opening);
}
