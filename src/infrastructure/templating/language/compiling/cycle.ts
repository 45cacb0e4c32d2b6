import type { Value } from '../../values/value.js';
import type { Rendering } from '../running/rendering.js';
import type { Resolve } from './part.js';
import type { Scope } from './scope.js';

/** Takes the next value of a cycle, and gives it to the cycle's name. */
export function nextOfCycle(number: number, values: readonly Resolve[], target: string | null, scope: Scope): Resolve {
  const store = target === null ? undefined : storeUpward(target, scope);
  return (run) => {
    const taken = run.cycles[number] ?? 0;
    run.cycles[number] = taken + 1;
    const value = values[taken % values.length]?.(run);
    store?.(run, value === undefined ? '' : value);
    return value;
  };
}

/** Sets a name where it is set already; one of the caller's variables for the whole template; else in this scope. */
function storeUpward(name: string, scope: Scope): (run: Rendering, value: Value) => void {
  const chain = scope.chainOf(name);
  const root = scope.root.slotOf(name);
  const here = scope.slotOf(name);
  const isConstant = name === 'True' || name === 'False' || name === 'None';
  return (run, value) => {
    const holder = chain.find((slot) => run.slots[slot] !== undefined);
    if (holder !== undefined) run.slots[holder] = value;
    else run.slots[isConstant || Object.hasOwn(run.variables, name) ? root : here] = value;
  };
}
