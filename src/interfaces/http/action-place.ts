import type { ActionView } from '../../projections/flows/flow-queries.js';
import { ApiError } from './api-error.js';
import { linksShown } from './resources/flow-action-resource.js';
import type { GivenAction } from './schemas/flow-schemas.js';

/** Where an action's definition stands in a request. */
export const DEFINITION = '/data/attributes/definition';

/** A definition may say what comes next, as it was read; the flow's order is not changed by an action. */
export function checkActionPlace(given: GivenAction, present: ActionView): void {
  if (given.type !== present.type) {
    const detail = `This action is a ${present.type} and stays one.`;
    throw new ApiError('invalid', { detail, source: { pointer: `${DEFINITION}/type` } });
  }
  const links: Readonly<Record<string, string | null>> = linksShown(present);
  for (const [name, to] of Object.entries(given.links ?? {})) {
    const at = links[name] ?? null;
    if (to === undefined || to === at) continue;
    throw new ApiError('invalid', {
      detail: `The action's '${name}' is ${at === null ? 'null' : `'${at}'`} and can't be changed; leave it as it is.`,
      source: { pointer: `${DEFINITION}/links/${name}` },
    });
  }
}
