import { type AttemptMade, DeliveryAttempts } from '../../../../application/queries/delivery-attempts.js';
import { historyOfEvents } from '../../../../application/queries/history.js';
import { type DeliveryEvent, deliveryStream } from '../../../../domain/delivery/delivery.js';
import { codeOf } from '../../../../domain/delivery/outcome.js';
import { FORGOTTEN } from '../../../../domain/kernel/forgotten.js';
import { type TriggerData, triggerStream } from '../../../../domain/trigger/trigger.js';
import { isOfFeed } from '../../../../domain/webhook-action/webhook-action.js';
import type { DeliveryView } from '../../../../projections/activity/activity-queries.js';
import type { HttpDependencies } from '../../http-dependencies.js';
import { curlOf } from './curl.js';

/** What a page shows of long texts, in characters; the API has all of them. */
const LONGEST_BODY = 32_768;
const LONGEST_ANSWER = 4_096;
/** The newest; a delivery that was sent again and again has a long history. */
const MOST_ATTEMPTS = 36;
const MOST_ENTRIES = 200;

/** Header values that are the action's own are shown by this, and by no other. */
const MASKED = '•••';

/** All that the page of a delivery shows, in the words of its template. */
export async function deliveryView({ eventStore, vault, queries }: HttpDependencies, delivery: DeliveryView) {
  const { deliveryId, actionId, flowId, triggerId } = delivery;
  const events = await eventStore.readStream(deliveryStream(deliveryId));
  const [first] = events;
  const requested = first?.data as Extract<DeliveryEvent, { type: 'DeliveryRequested' }>['data'];
  const history = historyOfEvents(events, vault);
  const attempts = await DeliveryAttempts.in(events, deliveryId, eventStore, vault);
  const ofFeed = isOfFeed(actionId, flowId);
  const flow = await queries.flows.flow(flowId);
  const action = await queries.flows.action(actionId);
  const [trigger] = await eventStore.readStream(triggerStream(triggerId), { limit: 1 });
  const last = attempts.all.at(-1);
  const body = bodyShown(requested.body);
  return {
    attempts,
    values: {
      delivery,
      ofFeed,
      subscriptionName: (ofFeed ? await queries.feed.subscription(actionId) : undefined)?.name ?? null,
      flowName: flow?.name ?? null,
      actionName: action?.type === 'send-webhook' ? action.name || 'Webhook' : null,
      actionRevision: requested.actionRevision,
      trigger: trigger === undefined ? null : triggerShown(trigger.data as TriggerData),
      body,
      curl: body.whole && last !== undefined ? curlOf({ ...last, body: body.text }, maskedIn(last)) : null,
      attemptsShown: attempts.all.slice(-MOST_ATTEMPTS).reverse().map(attemptShown),
      attemptsHidden: Math.max(0, attempts.all.length - MOST_ATTEMPTS),
      entries: history.slice(-MOST_ENTRIES).map(({ time, sentence, actor, type, data }) => ({
        ...{ time, sentence, actor, type },
        dueAt: type === 'DeliveryRetried' ? (data as { dueAt: string }).dueAt : null,
      })),
      entriesHidden: Math.max(0, history.length - MOST_ENTRIES),
      correlationId: first?.metadata.correlationId ?? '',
    },
  };
}

interface BodyShown {
  state: 'shown' | 'not_rendered' | 'forgotten';
  text: string;
  /** Whether `text` is all of it. */
  whole: boolean;
  bytes: number;
}

function bodyShown(body: string | null): BodyShown {
  if (body === null) return { state: 'not_rendered', text: '', whole: false, bytes: 0 };
  if (body === FORGOTTEN) return { state: 'forgotten', text: '', whole: false, bytes: 0 };
  const whole = body.length <= LONGEST_BODY;
  return { state: 'shown', text: body.slice(0, LONGEST_BODY), whole, bytes: Buffer.byteLength(body) };
}

function triggerShown({ kind, name, occurredAt, properties }: TriggerData) {
  const forgotten = (properties as unknown) === FORGOTTEN;
  const known = !forgotten && Object.keys(properties).length > 0;
  return {
    ...{ kind, name, occurredAt, forgotten },
    properties: known ? JSON.stringify(properties, null, 2).slice(0, LONGEST_BODY) : null,
  };
}

const maskedIn = ({ headers }: AttemptMade): ReadonlySet<string> =>
  new Set(Object.entries(headers).flatMap(([name, value]) => (value.startsWith(MASKED) ? [name] : [])));

function attemptShown({ outcome, headers, ...attempt }: AttemptMade) {
  const answer = outcome?.kind === 'answer' ? (outcome.responseBody ?? '') : '';
  return {
    ...attempt,
    headers: Object.entries(headers),
    code: outcome === undefined ? null : codeOf(outcome),
    good: outcome?.kind === 'answer' && outcome.statusCode >= 200 && outcome.statusCode < 300,
    durationMs: outcome?.durationMs ?? 0,
    message: outcome?.kind === 'no-answer' ? outcome.message : null,
    answer: answer.slice(0, LONGEST_ANSWER),
    answerCut: answer.length > LONGEST_ANSWER,
  };
}
