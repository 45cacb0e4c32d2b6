import type { SetUpCheck } from '../../../application/commands/set-up-checks.js';

/** What the set-up checks of a call said, a sentence for each action that was checked. */
export const setUpMeta = (checks: readonly SetUpCheck[]): { set_up_checks: object[] } => ({
  set_up_checks: checks.map(({ actionId, verified, detail }) => ({ action_id: actionId, verified, detail })),
});
