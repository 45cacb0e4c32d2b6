/**
 * The parts of nunjucks 3.2.4 that its own types leave out and that the engine builds on: tokens, nodes, parser and
 * compiler. Lines and columns on nodes and tokens count from 0; on errors from 1.
 */

declare module 'nunjucks/src/lexer.js' {
  export interface Token {
    readonly type: string;
    readonly value: string;
    readonly lineno: number;
    readonly colno: number;
  }

  export interface Tokens {
    readonly str: string;
    readonly index: number;
    readonly lineno: number;
    readonly colno: number;
    nextToken(): Token | null;
    isFinished(): boolean;
  }

  const lexer: { lex(source: string): Tokens };
  export default lexer;
}

declare module 'nunjucks/src/nodes.js' {
  export class Node {
    readonly typename: string;
    readonly lineno: number;
    readonly colno: number;
  }
  export type NodeOf<Fields> = Node & Readonly<Fields>;
  export type NodeList = NodeOf<{ children: Node[] }>;
  export type SymbolNode = NodeOf<{ value: string }>;
  export type LiteralNode = NodeOf<{ value: string | number | boolean | RegExp | null }>;
  type BinaryConstructor = new (lineno: number, colno: number, left: Node, right: Node) => Node;

  const nodes: {
    Node: typeof Node;
    Add: BinaryConstructor;
    Sub: BinaryConstructor;
    Mul: BinaryConstructor;
    Div: BinaryConstructor;
    FloorDiv: BinaryConstructor;
    Mod: BinaryConstructor;
  };
  export default nodes;
}

declare module 'nunjucks/src/parser.js' {
  import type { Token, Tokens } from 'nunjucks/src/lexer.js';
  import type { Node, NodeList } from 'nunjucks/src/nodes.js';

  class Parser {
    constructor(tokens: Tokens);
    readonly tokens: Tokens;
    readonly breakOnBlocks: readonly string[] | null;
    peekToken(): Token | null;
    skipValue(type: string, value: string): boolean;
    fail(message: string, lineno?: number, colno?: number): never;
    parseAsRoot(): NodeList;
    parseStatement(): Node | null;
    parseIf(): Node;
    parseUntilBlocks(...names: string[]): Node;
    parseExpression(): Node;
    parseNot(): Node;
    parseAdd(): Node;
    parseMul(): Node;
    parsePow(): Node;
    parseUnary(noFilters?: boolean): Node;
    parsePrimary(noPostfix?: boolean): Node;
    parseSignature(): NodeList | null;
    parseFilterArgs(node: Node): Node[];
  }

  const parser: { Parser: typeof Parser };
  export default parser;
}

declare module 'nunjucks/src/compiler.js' {
  import type { LiteralNode, Node, NodeList, NodeOf, SymbolNode } from 'nunjucks/src/nodes.js';

  type Binary = NodeOf<{ left: Node; right: Node }>;
  type Unary = NodeOf<{ target: Node }>;

  class Compiler {
    constructor(templateName: string, throwOnUndefined: boolean);
    /** The generated code, in pieces. */
    readonly codebuf: string[];
    /** The generated code's variable that text is added to. */
    buffer: string;
    _emit(code: string): void;
    _tmpid(): string;
    _compileChildren(node: NodeList): void;
    compile(node: Node): void;
    compileRoot(node: NodeList): void;
    compileSymbol(node: SymbolNode): void;
    compileLiteral(node: LiteralNode): void;
    compileArray(node: NodeList): void;
    compileDict(node: NodeList): void;
    compileInlineIf(node: NodeOf<{ cond: Node; body: Node; else_: Node | null }>): void;
    compileIn(node: Binary): void;
    compileIs(node: Binary): void;
    compileAdd(node: Binary): void;
    compileConcat(node: Binary): void;
    compileSub(node: Binary): void;
    compileMul(node: Binary): void;
    compileDiv(node: Binary): void;
    compileFloorDiv(node: Binary): void;
    compileMod(node: Binary): void;
    compilePow(node: Binary): void;
    compileNot(node: Unary): void;
    compileNeg(node: Unary): void;
    compilePos(node: Unary): void;
    compileCompare(node: NodeOf<{ expr: Node; ops: NodeOf<{ expr: Node; type: string }>[] }>): void;
    compileLookupVal(node: NodeOf<{ target: Node; val: Node }>): void;
    compileFilter(node: NodeOf<{ name: SymbolNode; args: NodeList }>): void;
    compileSet(node: NodeOf<{ targets: SymbolNode[]; value: Node | null; body?: Node }>): void;
    compileFor(node: NodeOf<{ arr: Node; name: Node; body: Node; else_: Node | null }>): void;
    compileCapture(node: NodeOf<{ body: Node }>): void;
    compileOutput(node: NodeList): void;
    getCode(): string;
  }

  const compiler: { Compiler: typeof Compiler };
  export default compiler;
}
