import type { ActionView } from '../../projections/flows/flow-queries.js';
import { delayInWords } from '../words/delay-in-words.js';
import { filterInWords } from '../words/filter-in-words.js';

/** A flow's actions from the first one on, each with its id below it; the branches of a split are indented. */
export function flowChart(actions: readonly ActionView[], entryActionId: string | null): string {
  const byId = new Map(actions.map((action) => [action.actionId, action]));
  const drawn = new Set<string>();

  const chain = (from: string | null): string[] => {
    const lines: string[] = [];
    for (let at = from; at !== null; ) {
      const action = byId.get(at);
      if (action === undefined) break;
      if (drawn.has(at)) {
        // Branches may come together again.
        lines.push(`goes on at ${at}`);
        break;
      }
      drawn.add(at);
      lines.push(inWords(action), `   ${at}`);
      if (action.type === 'conditional-split') {
        lines.push('├─ yes', ...branch(action.nextIfTrue, '│  '), '└─ no', ...branch(action.nextIfFalse, '   '));
        break;
      }
      at = action.next;
    }
    return lines;
  };

  const branch = (to: string | null, indent: string): string[] => {
    const lines = chain(to);
    return (lines.length === 0 ? ['ends'] : lines).map((line) => indent + line);
  };

  return chain(entryActionId)
    .map((line) => `${line}\n`)
    .join('');
}

function inWords(action: ActionView): string {
  switch (action.type) {
    case 'send-webhook':
      return `${action.name === '' ? 'webhook' : `webhook '${action.name}'`}, ${action.status}: ${action.url}`;
    case 'time-delay':
      return delayInWords(action.delay);
    case 'conditional-split':
      return `split: ${filterInWords(action.filter)}?`;
  }
}
