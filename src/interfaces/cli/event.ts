import { EventCommands } from '../../application/commands/events.js';
import { FlowSteps } from '../../application/process-managers/flow-steps.js';
import { SegmentMembership } from '../../application/process-managers/segment-membership.js';
import { TriggerProcess } from '../../application/process-managers/trigger-deliveries.js';
import { metricIdOf } from '../../domain/metric/metric.js';
import { RandomIds } from '../../infrastructure/system/random-ids.js';
import { SystemClock } from '../../infrastructure/system/system-clock.js';
import { DjangoTemplateEngine } from '../../infrastructure/templating/django-template-engine.js';
import { catalogProjection } from '../../projections/catalog/catalog-projection.js';
import { SegmentIndex } from '../../projections/catalog/segment-index.js';
import { flowProjection } from '../../projections/flows/flow-projection.js';
import { LiveFlowIndex } from '../../projections/flows/live-flow-index.js';
import { readSettings, SettingsError } from '../../settings.js';
import { referenceTo, reportedEvent } from '../http/given-event.js';
import { createEventBody } from '../http/schemas/event-schemas.js';
import { commandLineContext } from './command-line-context.js';
import { counted } from './counted.js';
import { readJson, validated } from './given-document.js';
import { type JsonFlag, printResult } from './print-result.js';
import { upToDate } from './up-to-date.js';
import { withExistingUnlocked } from './with-event-store.js';
import { withReadModels } from './with-read-models.js';
import { WorkFailed } from './work-failed.js';

export interface EventFlags extends JsonFlag {
  data?: string;
  metric: string;
  email?: string;
  phoneNumber?: string;
  externalId?: string;
  profile?: string;
  property?: readonly string[];
  properties?: string;
  value?: string;
  currency?: string;
  uniqueId?: string;
  time?: string;
  backfill?: boolean;
}

/** How long a running server is given to take in a flow that was changed just now; milliseconds. */
const PATIENCE = 3_000;

/** Records an event of a metric as POST /api/events does, with the deliveries that it starts. */
export async function sendEvent(flags: EventFlags): Promise<void> {
  const settings = readSettings(flags, process.env);
  const clock = new SystemClock();
  const { attributes } = validated(await documentOf(flags), createEventBody(clock), optionAt, wrongUsage).data;
  const event = reportedEvent(attributes, referenceTo(attributes.profile.data), attributes.backfill);
  const { triggerId, deliveryIds, repeated } = await withExistingUnlocked(
    settings,
    ({ aggregates, sealedEventStore }) =>
      withReadModels(settings, async (db) => {
        if (!(await upToDate(sealedEventStore, db, [flowProjection, catalogProjection], PATIENCE))) {
          throw new WorkFailed(
            "The read models don't know the newest flows and segments yet, so the event might not start them; start the server, or run hookledger projections rebuild, and send it again.",
          );
        }
        const [flows, segments] = [new LiveFlowIndex(db), new SegmentIndex(db)];
        await Promise.all([flows.reload(), segments.reload()]);
        const ids = new RandomIds();
        const steps = new FlowSteps(new DjangoTemplateEngine(clock), settings.organization);
        const triggers = new TriggerProcess(flows, steps);
        const events = new EventCommands(aggregates, triggers, clock, ids, new SegmentMembership(segments, triggers));
        return (await events.receive(event, commandLineContext(ids.next()))).result;
      }),
  );
  printResult(
    flags,
    { triggerId, metricId: metricIdOf(flags.metric), deliveryIds, repeated },
    repeated
      ? `The event was recorded before, as the trigger ${triggerId}; nothing was added.`
      : [`The event is recorded as the trigger ${triggerId}; ${requested(deliveryIds.length)}`, ...deliveryIds].join(
          '\n',
        ),
  );
}

function requested(count: number): string {
  if (count === 0) return 'it requests no delivery at once.';
  return count === 1 ? '1 delivery is requested:' : `${counted(count, 'deliverie')} are requested:`;
}

/** The document that the HTTP API would be sent, so that the same is checked. */
async function documentOf(flags: EventFlags): Promise<unknown> {
  const { email, phoneNumber, externalId, profile: id } = flags;
  const whom = [email, phoneNumber, externalId, id].filter((one) => one !== undefined);
  if (whom.length !== 1) {
    throw new SettingsError('Name one profile: by --email, --phone-number, --external-id or --profile.');
  }
  const attributes = {
    properties: { ...(await propertiesIn(flags.properties)), ...ownProperties(flags.property ?? []) },
    metric: { data: { type: 'metric', attributes: { name: flags.metric } } },
    profile: {
      data: { type: 'profile', id, attributes: { email, phone_number: phoneNumber, external_id: externalId } },
    },
    time: flags.time,
    value: flags.value === undefined ? undefined : numberIn(flags.value),
    value_currency: flags.currency,
    unique_id: flags.uniqueId,
    backfill: flags.backfill,
  };
  return { data: { type: 'event', attributes } };
}

async function propertiesIn(given: string | undefined): Promise<object> {
  if (given === undefined) return {};
  let value: unknown;
  if (given === '-') value = await readJson(given);
  else value = jsonIn(given);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new SettingsError('--properties takes a JSON object, or - to read one from standard input.');
}

/** `name=value`; a value that is no JSON is the text that it is. */
function ownProperties(given: readonly string[]): object {
  return Object.fromEntries(
    given.map((one) => {
      const at = one.indexOf('=');
      if (at < 1) throw new SettingsError(`--property is '${one}'; it takes a name and a value, such as total=59.9.`);
      const text = one.slice(at + 1);
      return [one.slice(0, at), jsonIn(text) ?? (text === 'null' ? null : text)];
    }),
  );
}

/** Undefined where it is no JSON. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function numberIn(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new SettingsError(`--value is '${text}'; it takes a number, such as 59.9.`);
}

const wrongUsage = (problems: string): Error => new SettingsError(problems);

const OPTIONS: Readonly<Record<string, string>> = {
  '/profile/data/attributes/email': '--email',
  '/profile/data/attributes/phone_number': '--phone-number',
  '/profile/data/attributes/external_id': '--external-id',
  '/profile/data/id': '--profile',
  '/metric/data/attributes/name': '--metric',
  '/time': '--time',
  '/value': '--value',
  '/value_currency': '--currency',
  '/unique_id': '--unique-id',
};

/** The option that a place in the document came from. */
function optionAt(pointer: string): string {
  const place = pointer.replace(/^\/data\/attributes/, '');
  return OPTIONS[place] ?? place;
}
