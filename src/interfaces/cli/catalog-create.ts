import { z } from 'zod';
import { AudienceCommands } from '../../application/commands/audiences.js';
import { EventCommands } from '../../application/commands/events.js';
import { FlowSteps } from '../../application/process-managers/flow-steps.js';
import { NO_SEGMENTS } from '../../application/process-managers/segment-membership.js';
import { TriggerProcess } from '../../application/process-managers/trigger-deliveries.js';
import type { Filter } from '../../domain/filter/filter.js';
import { RuleViolation } from '../../domain/kernel/rule-violation.js';
import { RandomIds } from '../../infrastructure/system/random-ids.js';
import { SystemClock } from '../../infrastructure/system/system-clock.js';
import { DjangoTemplateEngine } from '../../infrastructure/templating/django-template-engine.js';
import type { CatalogKind } from '../../projections/catalog/catalog-queries.js';
import { readSettings, SettingsError } from '../../settings.js';
import { nameField } from '../http/schemas/fields.js';
import { filterOf, profileFilter } from '../http/schemas/filter-schemas.js';
import { commandLineContext } from './command-line-context.js';
import { nameOf, readJson, validated } from './given-document.js';
import { type JsonFlag, printResult } from './print-result.js';
import { type Unlocked, withExistingUnlocked } from './with-event-store.js';
import { WorkFailed } from './work-failed.js';

/** Klaviyo's bounds on names. */
const LONGEST_NAME: Readonly<Record<CatalogKind, number>> = { metric: 128, list: 255, segment: 255 };

/** Makes a metric, a list or a segment; prints its id alone on standard output. */
export const createCatalogEntry =
  (kind: CatalogKind) =>
  async (flags: JsonFlag & { data?: string; name: string; definition?: string }): Promise<void> => {
    const settings = readSettings(flags, process.env);
    const { definition: file } = flags;
    const schema = z.strictObject({ name: nameField(LONGEST_NAME[kind]) });
    const wrongUsage = (problems: string): Error => new SettingsError(problems);
    const { name } = validated({ name: flags.name }, schema, () => '--name', wrongUsage);
    const definition = file === undefined ? undefined : await definitionIn(file);
    const { id, created } = await withExistingUnlocked(settings, async (unlocked) => {
      const { events, audiences } = commandsOn(unlocked);
      const context = commandLineContext(new RandomIds().next());
      try {
        if (kind !== 'metric') {
          const { result } = await audiences.create(kind, name, context, definition);
          return { id: result.audienceId, created: true };
        }
        const { result } = await events.createMetric(name, context);
        return { id: result.metricId, created: result.created };
      } catch (error) {
        if (!(error instanceof RuleViolation) || file === undefined) throw error;
        throw new WorkFailed(`${placeIn(file)(error.pointer.replace(/^\/definition/, ''))}: ${error.message}`, {
          cause: error,
        });
      }
    });
    printResult(flags, { id, kind, name, created }, id);
    if (!created && !flags.json) process.stderr.write(`The ${kind} '${name}' was there already.\n`);
  };

const placeIn =
  (file: string) =>
  (pointer: string): string =>
    `${nameOf(file)}, at ${pointer || 'its beginning'}`;

async function definitionIn(file: string): Promise<Filter> {
  const document = await readJson(file);
  return filterOf(validated(document, profileFilter, placeIn(file), (problems) => new WorkFailed(problems)));
}

/** To make what may start flows starts nothing, so that no read models are asked for flows and segments. */
function commandsOn({ aggregates }: Unlocked): { events: EventCommands; audiences: AudienceCommands } {
  const [clock, ids] = [new SystemClock(), new RandomIds()];
  const steps = new FlowSteps(new DjangoTemplateEngine(clock), '');
  const triggers = new TriggerProcess({ startedBy: () => [] }, steps);
  return {
    events: new EventCommands(aggregates, triggers, clock, ids, NO_SEGMENTS),
    audiences: new AudienceCommands(aggregates, triggers, ids, NO_SEGMENTS),
  };
}
