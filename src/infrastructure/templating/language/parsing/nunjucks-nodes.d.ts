/** The part of nunjucks 3.2.4 that its own types leave out and that the parser builds on. */

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
