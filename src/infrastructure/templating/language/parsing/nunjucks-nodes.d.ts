/** The part of nunjucks 3.2.4 that its own types leave out and that the parser builds on. */

declare module 'nunjucks/src/nodes.js' {
  export class Node {
    readonly typename: string;
    readonly lineno: number;
    readonly colno: number;
  }

  const nodes: { Node: typeof Node };
  export default nodes;
}
