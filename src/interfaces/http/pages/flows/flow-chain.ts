import type { PlaceInFlow } from '../../../../domain/flow/flow-graph.js';
import type { ActionView, WebhookActionView } from '../../../../projections/flows/flow-queries.js';
import { delayInWords } from '../../../words/delay-in-words.js';
import { filterInWords } from '../../../words/filter-in-words.js';

/** Actions that follow each other, as a page draws them. */
export interface Chain {
  steps: readonly Step[];
  /** Where the chain goes on at an action that is drawn elsewhere: branches may come together again. */
  joins: string | undefined;
  /** Where something would be put in before its first step. */
  place: string;
}

export type Step =
  | { type: 'send-webhook'; label: string; webhook: WebhookActionView; place: string }
  | { type: 'time-delay'; label: string; place: string }
  | { type: 'conditional-split'; label: string; yes: Chain; no: Chain };

/** A flow's actions from the first one on, with the branches of each split. */
export function chainOf(actions: readonly ActionView[], entryActionId: string | null): Chain {
  const byId = new Map(actions.map((action) => [action.actionId, action]));
  const drawn = new Set<string>();

  const chain = (from: string | null, place: PlaceInFlow): Chain => {
    const steps: Step[] = [];
    for (let at = from; at !== null; ) {
      const action = byId.get(at);
      if (action === undefined) break;
      if (drawn.has(at)) return { steps, joins: labelOf(action), place: placeText(place) };
      drawn.add(at);
      if (action.type === 'conditional-split') {
        const { actionId: after, nextIfTrue, nextIfFalse } = action;
        const yes = chain(nextIfTrue, { after, link: 'next_if_true' });
        const no = chain(nextIfFalse, { after, link: 'next_if_false' });
        steps.push({ type: action.type, label: labelOf(action), yes, no });
        break;
      }
      steps.push(stepOf(action));
      at = action.next;
    }
    return { steps, joins: undefined, place: placeText(place) };
  };
  return chain(entryActionId, FIRST);
}

function stepOf(action: Exclude<ActionView, { type: 'conditional-split' }>): Step {
  const label = labelOf(action);
  const place = placeText({ after: action.actionId, link: 'next' });
  return action.type === 'send-webhook'
    ? { type: action.type, label, webhook: action, place }
    : { type: action.type, label, place };
}

/** What an action is called on pages. */
export function labelOf(action: ActionView): string {
  switch (action.type) {
    case 'send-webhook':
      return action.name === '' ? 'Webhook' : action.name;
    case 'time-delay':
      return delayInWords(action.delay).replace(/^w/, 'W');
    case 'conditional-split':
      return `Split: ${filterInWords(action.filter)}?`;
  }
}

const FIRST: PlaceInFlow = { after: null, link: 'next' };

/** Where a new webhook can stand. `value` is what addresses and forms have for it. */
export interface PlaceChoice {
  value: string;
  label: string;
}

/** All places in the flow, in its order. */
export const placesIn = (actions: readonly ActionView[]): readonly PlaceChoice[] => [
  { value: placeText(FIRST), label: 'At the beginning' },
  ...actions.flatMap((action): PlaceChoice[] => {
    const after = action.actionId;
    if (action.type !== 'conditional-split') {
      return [{ value: placeText({ after, link: 'next' }), label: `After “${labelOf(action)}”` }];
    }
    return [
      { value: placeText({ after, link: 'next_if_true' }), label: `“${labelOf(action)}” yes` },
      { value: placeText({ after, link: 'next_if_false' }), label: `“${labelOf(action)}” no` },
    ];
  }),
];

/** The last end of the flow. */
export function lastPlace(actions: readonly ActionView[]): string {
  const last = actions.at(-1);
  if (last === undefined) return placeText(FIRST);
  return placeText({ after: last.actionId, link: last.type === 'conditional-split' ? 'next_if_false' : 'next' });
}

const placeText = ({ after, link }: PlaceInFlow): string => `${after ?? ''}:${link}`;

/** Undefined where the text is none of a place; whether the flow has it shows when it is used. */
export function placeOf(text: string): PlaceInFlow | undefined {
  const [, after = '', link] = /^([^:]*):(next|next_if_true|next_if_false)$/.exec(text) ?? [];
  return link === undefined ? undefined : { after: after === '' ? null : after, link: link as PlaceInFlow['link'] };
}
