import lexer, { type Token, type Tokens } from 'nunjucks/src/lexer.js';
import nodes, { type Node, type NodeList } from 'nunjucks/src/nodes.js';
import parser from 'nunjucks/src/parser.js';
import { TemplateError } from '../../application/ports/template-engine.js';
import { limitExceeded, MAX_PARSER_DEPTH } from './limits.js';
import { nearestName } from './nearest-name.js';

const TAGS = ['if', 'for', 'set', 'switch', 'filter', 'raw', 'verbatim'];
const UNAVAILABLE_TAGS = ['include', 'extends', 'block', 'import', 'from', 'macro', 'call'];
const PARTS_OF_TAGS = [
  ...['elif', 'elseif', 'else', 'endif', 'endfor', 'endset', 'case', 'default', 'endswitch', 'endfilter'],
  ...['endraw', 'endverbatim'],
];
const ASYNCHRONOUS_TAGS = ['asyncEach', 'asyncAll', 'ifAsync'];

/** @throws TemplateError `syntax`, or `limit` where it is nested too deeply */
export function parseTemplate(source: string): NodeList {
  const tokens = lexTemplate(source);
  try {
    return new TemplateParser(tokens).parseAsRoot();
  } catch (error) {
    throw asTemplateError(error, tokens);
  }
}

/**
 * nunjucks' parser without the tags and expressions that a body has no use for. It also keeps count of how deep it is,
 * reads + and - (and * / // %) from left to right, and takes a filter's arguments for what they are.
 */
class TemplateParser extends parser.Parser {
  #depth = 0;

  override parseStatement(): Node | null {
    const token = this.peekToken();
    if (token === null || token.type !== 'symbol' || this.breakOnBlocks?.includes(token.value))
      return super.parseStatement();
    const { value: name, lineno, colno } = token;
    if (TAGS.includes(name)) return super.parseStatement();
    if (UNAVAILABLE_TAGS.includes(name) || ASYNCHRONOUS_TAGS.includes(name)) {
      this.fail(`the tag "${name}" is not available in bodies`, lineno, colno);
    }
    if (PARTS_OF_TAGS.includes(name)) this.fail(`the tag "${name}" has no opening tag before it`, lineno, colno);
    const nearest = nearestName(name, TAGS);
    this.fail(`there is no tag "${name}"${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`, lineno, colno);
  }

  override parseIf(): Node {
    return this.#nested(() => super.parseIf());
  }

  override parseUntilBlocks(...names: string[]): Node {
    return this.#nested(() => super.parseUntilBlocks(...names));
  }

  override parseExpression(): Node {
    return this.#nested(() => super.parseExpression());
  }

  override parseNot(): Node {
    return this.#nested(() => super.parseNot());
  }

  override parseUnary(noFilters?: boolean): Node {
    return this.#nested(() => super.parseUnary(noFilters));
  }

  override parseAdd(): Node {
    let node = this.parseMul();
    for (;;) {
      if (this.skipValue('operator', '+')) node = new nodes.Add(node.lineno, node.colno, node, this.parseMul());
      else if (this.skipValue('operator', '-')) node = new nodes.Sub(node.lineno, node.colno, node, this.parseMul());
      else return node;
    }
  }

  override parseMul(): Node {
    let node = this.parsePow();
    for (;;) {
      if (this.skipValue('operator', '*')) node = new nodes.Mul(node.lineno, node.colno, node, this.parsePow());
      else if (this.skipValue('operator', '/')) node = new nodes.Div(node.lineno, node.colno, node, this.parsePow());
      else if (this.skipValue('operator', '//'))
        node = new nodes.FloorDiv(node.lineno, node.colno, node, this.parsePow());
      else if (this.skipValue('operator', '%')) node = new nodes.Mod(node.lineno, node.colno, node, this.parsePow());
      else return node;
    }
  }

  override parsePrimary(noPostfix?: boolean): Node {
    const token = this.peekToken();
    if (token?.type === 'regex') this.fail('regular expressions are not available', token.lineno, token.colno);
    return super.parsePrimary(noPostfix);
  }

  override parseFilterArgs(): Node[] {
    return this.peekToken()?.type === 'left-paren' ? (this.parseSignature()?.children ?? []) : [];
  }

  #nested(parse: () => Node): Node {
    if (++this.#depth > MAX_PARSER_DEPTH) throw limitExceeded('The template is nested too deeply.');
    const node = parse();
    this.#depth--;
    return node;
  }
}

/**
 * nunjucks trims text before `{{-` with /\s*$/, which takes quadratic time where blanks stand inside of the text. So such
 * text comes in two tokens, the second being what is trimmed.
 */
function lexTemplate(source: string): Tokens {
  const tokens = lexer.lex(source);
  const next = tokens.nextToken.bind(tokens);
  let held: Token | undefined;
  tokens.nextToken = () => {
    if (held !== undefined) {
      const token = held;
      held = undefined;
      return token;
    }
    const token = next();
    if (token?.type !== 'data' || !/^\{[{%#]-/.test(source.slice(tokens.index, tokens.index + 3))) return token;
    const lastKept = token.value.trimEnd().length - 1;
    if (lastKept <= 0) return token;
    held = { ...token, value: token.value.slice(lastKept) };
    return { ...token, value: token.value.slice(0, lastKept) };
  };
  return tokens;
}

function asTemplateError(error: unknown, tokens: Tokens): TemplateError {
  if (error instanceof TemplateError) return positioned(error, tokens);
  if (error instanceof RangeError) return positioned(limitExceeded('The template is nested too deeply.'), tokens);
  const { lineno, colno } = error as { readonly lineno?: number; readonly colno?: number };
  const isReported = lineno !== undefined || !(error instanceof TypeError);
  const message = isReported && error instanceof Error ? sentence(error.message) : cutShort(tokens);
  return new TemplateError('syntax', message, lineno ?? tokens.lineno + 1, colno ?? columnOf(tokens));
}

function positioned(error: TemplateError, tokens: Tokens): TemplateError {
  return new TemplateError(error.errorClass, error.message, tokens.lineno + 1, columnOf(tokens));
}

// At the end of a template the tokenizer may have counted beyond it.
function columnOf({ colno, index, str }: Tokens): number {
  return colno + 1 - Math.max(0, index - str.length);
}

// At the end of the template nunjucks reads a property of the token that isn't there.
function cutShort(tokens: Tokens): string {
  return tokens.isFinished()
    ? 'The template ends inside of a tag; close it.'
    : 'The template has a tag here that can not be read.';
}

/** nunjucks' message without the names of its functions. */
function sentence(message: string): string {
  const text = message
    .replace(/^(?:parse\w+|advanceAfterBlockEnd): /, '')
    .replace(/^expected variable end$/, 'expected }} to close the tag')
    .replace(/^expected block end in (\S+) statement$/, 'expected %} to close the tag "$1"')
    .replace(/^unexpected end of file$/, 'the template ends before a tag is closed')
    .replace(/got EOF/, 'got end of file')
    .replace(/\.$/, '');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('?') ? '' : '.'}`;
}
