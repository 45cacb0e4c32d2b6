import { RuleViolation } from '../../domain/kernel/rule-violation.js';
import type { PausedStatus } from '../../domain/webhook-action/webhook-action.js';
import { RandomIds } from '../../infrastructure/system/random-ids.js';
import { flowProjection } from '../../projections/flows/flow-projection.js';
import { type ActionView, FlowQueries } from '../../projections/flows/flow-queries.js';
import { readSettings, type Settings } from '../../settings.js';
import { delayInWords } from '../words/delay-in-words.js';
import { filterInWords } from '../words/filter-in-words.js';
import { commandLineContext } from './command-line-context.js';
import { tellFailedChecks } from './failed-checks.js';
import { fields } from './fields.js';
import { flowCommands } from './flow-commands.js';
import { actionIdIn } from './ids-given.js';
import { type JsonFlag, printResult } from './print-result.js';
import { withExistingUnlocked } from './with-event-store.js';
import { withLook } from './with-look.js';
import { WorkFailed } from './work-failed.js';

type Flags = JsonFlag & { data?: string };

/** What the action does; header values are partially hashed. */
export async function showAction(given: string, flags: Flags): Promise<void> {
  const action = await actionShown(readSettings(flags, process.env), actionIdIn(given));
  process.stdout.write(flags.json ? `${JSON.stringify(action)}\n` : fields(factsOf(action)));
}

/** The action as the read models have it. @throws WorkFailed where they have none */
export async function actionShown(settings: Settings, actionId: string): Promise<ActionView> {
  const action = await withLook(settings, [flowProjection], (db) => new FlowQueries(db).action(actionId));
  if (action !== undefined) return action;
  throw new WorkFailed(
    `There is no action with the id '${actionId}'; hookledger flow show <flow> shows those of a flow.`,
  );
}

function factsOf(action: ActionView): readonly (readonly [string, string | null])[] {
  const place = [
    ['id', action.actionId],
    ['flow', action.flowId],
    ['type', action.type],
  ] as const;
  const times = [
    ['created', action.createdAt],
    ['updated', action.updatedAt],
  ] as const;
  switch (action.type) {
    case 'send-webhook':
      return [
        ...place,
        ['name', action.name],
        ['status', action.status],
        ['url', action.url],
        [
          'set-up check',
          action.setUpCheck && `${action.setUpCheck.verified ? 'good' : 'failed'}: ${action.setUpCheck.detail}`,
        ],
        [
          'headers',
          Object.entries(action.headers)
            .map(([name, value]) => `${name}: ${value}`)
            .join('\n'),
        ],
        ['body', action.body],
        ['next', action.next],
        ...times,
      ];
    case 'time-delay':
      return [...place, ['delay', delayInWords(action.delay)], ['next', action.next], ...times];
    case 'conditional-split':
      return [
        ...place,
        ['yes, where', filterInWords(action.filter)],
        ['next if yes', action.nextIfTrue ?? 'ends'],
        ['next if no', action.nextIfFalse ?? 'ends'],
        ...times,
      ];
  }
}

/** Sets a webhook action's status; exit code 1 where its URL fails the set-up check, so that it can't go live. */
export async function setActionStatus(given: string, status: 'live' | PausedStatus, flags: Flags): Promise<void> {
  const settings = readSettings(flags, process.env);
  const actionId = actionIdIn(given);
  const checks = await withExistingUnlocked(settings, async (unlocked) => {
    try {
      const context = commandLineContext(new RandomIds().next());
      return (await flowCommands(settings, unlocked).updateAction(actionId, { status }, context)).result;
    } catch (error) {
      if (!(error instanceof RuleViolation) || error.rule !== 'action_type_fixed') throw error;
      throw new WorkFailed(`The action ${actionId} sends nothing, so it has no status; its flow has one.`, {
        cause: error,
      });
    }
  });
  const refused = status === 'live' && checks.some(({ verified }) => !verified);
  if (refused && !flags.json) tellFailedChecks(checks);
  else
    printResult(
      flags,
      { actionId, status: refused ? 'draft' : status, checks },
      `The action ${actionId} is ${status === 'draft' ? 'a draft' : status}.`,
    );
  if (refused) process.exitCode = 1;
}

/** Exit code 1 where its URL fails the set-up check, so that it stays suspended. */
export async function resumeAction(given: string, flags: Flags): Promise<void> {
  const settings = readSettings(flags, process.env);
  const actionId = actionIdIn(given);
  const { checks } = await withExistingUnlocked(
    settings,
    async (unlocked) =>
      (await flowCommands(settings, unlocked).resumeAction(actionId, commandLineContext(new RandomIds().next())))
        .result,
  );
  const refused = checks.some(({ verified }) => !verified);
  if (refused && !flags.json) tellFailedChecks(checks);
  else {
    const status = refused ? 'suspended' : 'live';
    printResult(flags, { actionId, status, checks }, `The action ${actionId} is live again.`);
  }
  if (refused) process.exitCode = 1;
}
