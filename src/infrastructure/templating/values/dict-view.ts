import { type Dict, Tuple, type Value } from './value.js';

export type DictViewKind = 'items' | 'keys' | 'values';

/** What Python's `dict.items()` and its like give: one can loop over it, but it has no index. */
export class DictView extends Tuple {
  constructor(
    readonly kind: DictViewKind,
    dict: Dict,
  ) {
    super(entriesOf(kind, dict));
  }
}

function entriesOf(kind: DictViewKind, dict: Dict): readonly Value[] {
  switch (kind) {
    case 'keys':
      return Object.keys(dict);
    case 'values':
      return Object.values(dict);
    case 'items':
      return Object.entries(dict).map((entry) => new Tuple(entry));
  }
}
