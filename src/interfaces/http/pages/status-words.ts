/** How the states of deliveries, actions and flows are called on pages, and the class that colours their badge. */
const STATUSES: Readonly<Record<string, readonly [words: string, colour: '' | 'good' | 'bad' | 'wait' | 'info']>> = {
  requested: ['due', 'info'],
  attempting: ['under way', 'info'],
  attempt_failed: ['waiting', 'info'],
  waiting: ['waiting', 'info'],
  succeeded: ['succeeded', 'good'],
  failed: ['failed', 'bad'],
  skipped: ['skipped', 'wait'],
  live: ['live', 'good'],
  manual: ['manual', 'wait'],
  draft: ['draft', ''],
  disabled: ['disabled', ''],
  suspended: ['suspended', 'bad'],
};

export const statusWords = (status: string): string => STATUSES[status]?.[0] ?? status;

export const statusClass = (status: string): string => STATUSES[status]?.[1] ?? '';
