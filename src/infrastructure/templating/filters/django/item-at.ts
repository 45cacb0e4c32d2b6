import { codePointsOf } from '../../values/code-points.js';
import { DictView } from '../../values/dict-view.js';
import { isDict, isText, kindOf, plainText } from '../../values/kind.js';
import { PyError, Tuple, type Value } from '../../values/value.js';

/**
 * Python's `value[index]` with an int.
 * @throws PyError IndexError beyond the ends, KeyError for a dict (whose keys are texts), TypeError for what has no items
 */
export function itemAt(value: Value, index: number): Value {
  if (isText(value)) {
    const points = codePointsOf(plainText(value));
    return points[positionOf(index, points.length)];
  }
  if (value instanceof DictView) throw new PyError('TypeError', `'dict_${value.kind}' object is not subscriptable`);
  const items = value instanceof Tuple ? value.items : value;
  if (Array.isArray(items)) return items[positionOf(index, items.length)] as Value;
  if (isDict(value)) throw new PyError('KeyError', `${index}`);
  throw new PyError('TypeError', `'${kindOf(value)}' object is not subscriptable`);
}

function positionOf(index: number, length: number): number {
  const position = index < 0 ? index + length : index;
  if (position < 0 || position >= length) throw new PyError('IndexError', 'list index out of range');
  return position;
}
