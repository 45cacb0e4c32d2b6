import type { Value } from '../../values/value.js';
import { ownEntry } from '../running/member.js';
import type { Resolve } from './part.js';
import type { Scope } from './scope.js';

const CONSTANTS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['True', true],
  ['False', false],
  ['None', null],
]);

/** The value of a name: what the tags around have set, then the caller's variables, then Python's three constants. */
export function nameLookup(name: string, scope: Scope): Resolve {
  const constant = CONSTANTS.get(name);
  const [first, ...others] = scope.chainOf(name);
  const outer: Resolve =
    constant === undefined
      ? ({ variables }) => ownEntry(variables, name)
      : ({ variables }) => (Object.hasOwn(variables, name) ? ownEntry(variables, name) : constant);
  if (first === undefined) return outer;
  if (others.length === 0) {
    return (run) => {
      const value = run.slots[first];
      return value === undefined ? outer(run) : value;
    };
  }
  const chain = [first, ...others];
  return (run) => {
    for (const slot of chain) {
      const value = run.slots[slot];
      if (value !== undefined) return value;
    }
    return outer(run);
  };
}

/** Whether only the caller's variables can hold a name. */
export function isOuter(name: string, scope: Scope): boolean {
  return !CONSTANTS.has(name) && scope.chainOf(name).length === 0;
}
