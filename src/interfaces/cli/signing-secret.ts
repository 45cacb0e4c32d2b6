import { FeedCommands } from '../../application/commands/feeds.js';
import { FlowCommands } from '../../application/commands/flows.js';
import { DEFAULT_OVERLAP_MS } from '../../application/commands/signing-secrets.js';
import { webhookAction, webhookActionStream } from '../../domain/webhook-action/webhook-action.js';
import { RandomIds } from '../../infrastructure/system/random-ids.js';
import { SystemClock } from '../../infrastructure/system/system-clock.js';
import { DjangoTemplateEngine } from '../../infrastructure/templating/django-template-engine.js';
import { readSettings, SettingsError } from '../../settings.js';
import { commandLineContext } from './command-line-context.js';
import type { JsonFlag } from './print-result.js';
import { withExistingUnlocked } from './with-event-store.js';

const HOUR_MS = 3_600_000;

/** Prints the new secret, of an action or of a subscription to the feed, alone on standard output; it can't be read again. */
export async function rotateSigningSecret(
  action: string,
  flags: JsonFlag & { data?: string; overlapHours?: string },
): Promise<void> {
  const settings = readSettings(flags, process.env);
  const overlapMs = flags.overlapHours === undefined ? DEFAULT_OVERLAP_MS : Number(flags.overlapHours) * HOUR_MS;
  if (!Number.isFinite(overlapMs) || overlapMs < 0) {
    throw new SettingsError(`--overlap-hours is '${flags.overlapHours}'; it takes a number of hours, such as 24.`);
  }
  const [ids, actionId] = [new RandomIds(), action.replace(/^webhook-action-/, '')];
  const { result } = await withExistingUnlocked(settings, async ({ aggregates }) => {
    const { configuration } = await aggregates.load(webhookAction, webhookActionStream(actionId));
    const commands =
      configuration?.feed === undefined
        ? new FlowCommands(aggregates, new DjangoTemplateEngine(new SystemClock()), ids, NO_CHECKS, NO_STEPS)
        : new FeedCommands(aggregates, ids, NO_CHECKS);
    return commands.rotateSigningSecret(actionId, commandLineContext(ids.next()), overlapMs);
  });
  if (flags.json) {
    process.stdout.write(`${JSON.stringify({ actionId, ...result })}\n`);
    return;
  }
  process.stderr.write(`The former secret signs beside this one until ${result.overlapUntil}.\n`);
  process.stdout.write(`${result.secret}\n`);
}

/** Changing a secret asks no receiver for anything. */
const NO_CHECKS = {
  check: (): never => {
    throw new Error('No set-up check belongs to this command.');
  },
};

/** Webhook actions alone have secrets. */
const NO_STEPS = { flowOf: async (): Promise<undefined> => undefined };
