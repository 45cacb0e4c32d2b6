import type {
  CurrencyNode,
  CycleAgainNode,
  CycleNode,
  Expression,
  FilterBlockNode,
  FirstOfNode,
  LoremNode,
  MomentNode,
  OutputNode,
  WidthRatioNode,
} from '../parsing/nodes.js';

/** A statement that writes a value, and so has a place in the JSON. */
export type ValueSite =
  | OutputNode
  | CycleNode
  | CycleAgainNode
  | FilterBlockNode
  | FirstOfNode
  | LoremNode
  | MomentNode
  | WidthRatioNode
  | CurrencyNode;

/** How a value is written: as text of a string literal, as a value of its own, or as a name with its quotes. */
export type ValueForm = 'text' | 'value' | 'name';

/** The expressions whose value is written as it is. */
export function expressionsOf(site: ValueSite): readonly Expression[] {
  switch (site.typename) {
    case 'Output':
      return site.children;
    case 'Cycle':
    case 'FirstOf':
      return site.values;
    case 'CycleAgain':
      return site.cycle.values;
    default:
      return [];
  }
}
