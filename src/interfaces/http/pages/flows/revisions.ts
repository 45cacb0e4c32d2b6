import type { HistoryEntry } from '../../../../application/queries/history.js';
import type { HookledgerEvent } from '../../../../domain/events.js';
import type { WebhookActionConfiguration } from '../../../../domain/webhook-action/webhook-action.js';

/** One configuration of a webhook action, as the action's history has it: header values are partially hashed. */
export interface Revision extends WebhookActionConfiguration {
  revision: number;
  /** ISO 8601, UTC. */
  time: string;
  /** Who made it, for people. */
  actor: string;
  /** What the last set-up check said while it was in use; undefined where there was none. */
  check?: { verified: boolean; detail: string };
}

/** @param history of the action's stream, oldest first */
export function revisionsOf(history: readonly HistoryEntry[]): readonly Revision[] {
  const revisions: Revision[] = [];
  for (const entry of history) {
    const { type, data } = entry as HistoryEntry & HookledgerEvent;
    if (type === 'WebhookActionConfigured') {
      const { revision, name, url, headers, body } = data;
      revisions.push({ revision, name, url, headers, body, time: entry.time, actor: entry.actor });
      continue;
    }
    const present = revisions.at(-1);
    if (present === undefined) continue;
    if (type === 'WebhookActionEndpointVerified') present.check = { verified: true, detail: data.detail };
    else if (type === 'WebhookActionEndpointRejected') present.check = { verified: false, detail: data.reason };
  }
  return revisions;
}
