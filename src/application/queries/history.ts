import { codeOf } from '../../domain/delivery/outcome.js';
import type { HookledgerEvent } from '../../domain/events.js';
import type { FlowTrigger } from '../../domain/flow/flow-trigger.js';
import type { JourneyEnd } from '../../domain/journey/journey.js';
import type { TriggerData } from '../../domain/trigger/trigger.js';
import type { Actor, EventStore, Position, RecordedEvent } from '../ports/event-store.js';
import type { Vault } from '../ports/vault.js';
import { showHeaders } from '../sealing/header-values.js';

/** One event of a stream, for an auditor. */
export interface HistoryEntry {
  revision: number;
  position: Position;
  /** ISO 8601, UTC. */
  time: string;
  type: string;
  /** Who did it, for people. */
  actor: string;
  /** What happened, as a sentence without its subject's id. */
  sentence: string;
  eventId: string;
  causationId: string;
  correlationId: string;
  data: object;
}

/**
 * A stream's events as sentences, oldest first; with `asOf` (ISO 8601) as the stream was then.
 * @param eventStore whose events are opened
 */
export async function readHistory(
  eventStore: EventStore,
  vault: Vault,
  stream: string,
  asOf?: string,
): Promise<readonly HistoryEntry[]> {
  const until = asOf === undefined ? Number.POSITIVE_INFINITY : Date.parse(asOf);
  const events = await eventStore.readStream(stream);
  return historyOfEvents(
    events.filter(({ metadata }) => Date.parse(metadata.time) <= until),
    vault,
  );
}

/** The same of events that were read and opened already. */
export const historyOfEvents = (events: readonly RecordedEvent[], vault: Vault): readonly HistoryEntry[] =>
  events.map((event) => entryOf(event, vault));

function entryOf(event: RecordedEvent, vault: Vault): HistoryEntry {
  const { revision, position, type, id, metadata } = event;
  return {
    revision,
    position,
    time: metadata.time,
    type,
    actor: describeActor(metadata.actor),
    sentence: sentenceOf(event as RecordedEvent & HookledgerEvent),
    eventId: id,
    causationId: metadata.causationId,
    correlationId: metadata.correlationId,
    data: withoutSecrets(event as RecordedEvent & HookledgerEvent, vault),
  };
}

function describeActor({ kind, name }: Actor): string {
  switch (kind) {
    case 'engine':
      return `the ${name}`;
    case 'cli':
      return `${name} at the command line`;
    case 'program':
      return `the program '${name}'`;
    case 'api-key':
      return `the API key '${name}'`;
    case 'user':
      return name;
  }
}

/** What stands in for what nobody is shown. */
const HIDDEN = '•••';

/** Fields of account events by which somebody could get in, or check guesses at it. */
const SECRET_FIELDS: ReadonlySet<string> = new Set([
  'passwordHash',
  'recoveryCodes',
  'secret',
  'sessionSha256',
  'tokenSha256',
]);

/** Header values are shown partially hashed; to nobody are shown the secrets of users and keys, nor their hashes. */
export function withoutSecrets(event: HookledgerEvent, vault: Vault): object {
  switch (event.type) {
    case 'WebhookActionConfigured':
      return { ...event.data, headers: showHeaders(event.data.headers, vault) };
    case 'ApiKeyIssued': {
      const { secretSha256: _, ...shown } = event.data;
      return shown;
    }
    case 'UserRecoveryCodeUsed':
      return { sha256: HIDDEN };
    case 'UserSessionRenewed':
      return { from: HIDDEN, to: HIDDEN, at: event.data.at };
    case 'WebhookActionSigningSecretRotated':
    case 'MemberInvited':
    case 'UserPasswordSet':
    case 'UserPasswordResetOffered':
    case 'UserTwoStepPrepared':
    case 'UserTwoStepSwitchedOn':
    case 'UserRecoveryCodesRenewed':
    case 'UserSessionStarted':
    case 'UserSessionEnded':
      return Object.fromEntries(
        Object.entries(event.data).map(([name, value]) => [name, SECRET_FIELDS.has(name) ? HIDDEN : value]),
      );
    default:
      return event.data;
  }
}

function triggerInWords({ kind, name }: TriggerData): string {
  switch (kind) {
    case 'list':
    case 'segment':
      return `Joining the ${kind} '${name}'`;
    case 'metric':
      return `The event '${name}'`;
    default:
      return `The trigger '${name}'`;
  }
}

const plural = (count: number, noun: string, nouns = `${noun}s`): string => `${count} ${count === 1 ? noun : nouns}`;

const JOURNEY_ENDS: Readonly<Record<JourneyEnd, string>> = {
  completed: 'The profile came to the end of the flow.',
  flow_deleted: 'The flow was deleted, so that the profile went no further.',
  filtered_out: "The flow's profile filter did not match any more, so that the profile went no further.",
  profile_forgotten: 'The profile was forgotten, so that it went no further.',
};

const startedBy = (trigger: FlowTrigger): string =>
  'id' in trigger
    ? `for the ${trigger.type} ${trigger.id}`
    : trigger.type === 'date'
      ? `for the date '${trigger.property}' of profiles`
      : `for ${trigger.type === 'price-drop' ? 'price drops' : 'low inventory'}`;

function sentenceOf(event: HookledgerEvent): string {
  switch (event.type) {
    case 'FlowCreated':
      return `The flow '${event.data.name}' was created, with ${plural(event.data.actions.length, 'action')}, ${startedBy(event.data.trigger)}.`;
    case 'FlowRenamed':
      return `The flow was renamed '${event.data.name}'.`;
    case 'FlowActionAdded':
      return `The action ${event.data.actionId} was put into the flow.`;
    case 'FlowActionChanged':
      return `The action ${event.data.actionId} was changed.`;
    case 'FlowEntered':
      return `The profile ${event.data.profileId} entered the flow.`;
    case 'DateScheduleAdvanced':
      return `All profiles whose date was due until ${event.data.until} have started the flow.`;
    case 'JourneyWaiting':
      return `The profile ${event.data.profileId} waits in the flow ${event.data.flowId} until ${event.data.dueAt}.`;
    case 'JourneyResumed':
      return 'The wait was over; the profile went on in the flow.';
    case 'JourneyEnded':
      return JOURNEY_ENDS[event.data.reason];
    case 'FlowStatusChanged':
      return `The flow was set to ${event.data.status}.`;
    case 'FlowActionRemoved':
      return `The action ${event.data.actionId} was taken out of the flow.`;
    case 'FlowDeleted':
      return 'The flow was deleted.';
    case 'WebhookActionConfigured':
      return `The action was configured (revision ${event.data.revision}): POST to ${event.data.url}, with ${plural(Object.keys(event.data.headers).length, 'header')} of its own.`;
    case 'WebhookActionEndpointVerified':
      return `The set-up check of ${event.data.url} succeeded: ${event.data.detail}`;
    case 'WebhookActionEndpointRejected':
      return `The set-up check of ${event.data.url} failed: ${event.data.reason}`;
    case 'WebhookActionWentLive':
      return 'The action went live.';
    case 'WebhookActionPaused':
      return `The action was paused (${event.data.status}).`;
    case 'WebhookActionSuspended':
      return `The engine suspended the action: ${event.data.reason}`;
    case 'WebhookActionAlerted':
      return `An alert was given: ${plural(event.data.failures, 'delivery', 'deliveries')} failed or were skipped within ${plural(event.data.windowMinutes, 'minute')}.`;
    case 'WebhookActionRemoved':
      return 'The action was removed.';
    case 'WebhookActionSigningSecretRotated':
      return `The signing secret was rotated; the key is now ${event.data.keyId}, and one that was there before signs as well until ${event.data.overlapUntil}.`;
    case 'RequestBegun':
      return 'A request with an Idempotency-Key was begun.';
    case 'RequestCompleted':
      return 'The request with this Idempotency-Key was carried out.';
    case 'MetricCreated':
      return `The metric '${event.data.name}' became known.`;
    case 'ListCreated':
      return `The list '${event.data.name}' was created.`;
    case 'SegmentCreated':
      return `The segment '${event.data.name}' was created${event.data.definition === undefined ? '' : ', with conditions that its members follow from'}.`;
    case 'SegmentPopulated':
      return 'Every profile that was there before the segment has been looked at.';
    case 'CatalogItemCreated':
      return `The item '${event.data.attributes.title}' was put into the catalog${event.data.attributes.price === null ? '' : `, at the price ${event.data.attributes.price}`}.`;
    case 'CatalogItemChanged':
      return `The item's ${Object.keys(event.data.attributes).join(', ')} changed.`;
    case 'CatalogItemPriceChanged':
      return `The item's price changed from ${event.data.from ?? 'none'} to ${event.data.to ?? 'none'}.`;
    case 'CatalogItemInventoryChanged':
      return `The item's stock changed from ${event.data.from ?? 'none'} to ${event.data.to ?? 'none'}, by its variant ${event.data.variantId}.`;
    case 'CatalogItemRemoved':
      return 'The item was taken out of the catalog.';
    case 'CatalogVariantCreated':
      return `The variant '${event.data.attributes.title}' of the item ${event.data.itemId} was put into the catalog, at the price ${event.data.attributes.price} and with ${event.data.attributes.inventory_quantity} in stock.`;
    case 'CatalogVariantChanged':
      return `The variant's ${Object.keys(event.data.attributes).join(', ')} changed.`;
    case 'CatalogVariantPriceChanged':
      return `The variant's price changed from ${event.data.from} to ${event.data.to}.`;
    case 'CatalogVariantInventoryChanged':
      return `The variant's stock changed from ${event.data.from} to ${event.data.to}.`;
    case 'CatalogVariantRemoved':
      return 'The variant was taken out of the catalog.';
    case 'TriggerReceived':
      return `${triggerInWords(event.data)} of the profile ${event.data.profileId} was received; it happened at ${event.data.occurredAt}${event.data.backfill ? ', and as a backfill starts no flow' : ''}.`;
    case 'ProfileCreated':
      return 'The profile was created.';
    case 'ProfileChanged':
      return `The profile's ${[...Object.keys(event.data.attributes), ...(event.data.removedProperties ?? [])].join(', ')} changed.`;
    case 'ProfileJoinedList':
      return `The profile joined the list ${event.data.audienceId}.`;
    case 'ProfileLeftList':
      return `The profile left the list ${event.data.audienceId}.`;
    case 'ProfileJoinedSegment':
      return `The profile joined the segment ${event.data.audienceId}.`;
    case 'ProfileLeftSegment':
      return `The profile left the segment ${event.data.audienceId}.`;
    case 'ProfileForgotten':
      return 'The profile was forgotten.';
    case 'ProfileIdentifierClaimed':
      return `The ${event.data.kind.replace('_', ' ')} became that of the profile ${event.data.profileId}.`;
    case 'ProfileIdentifierReleased':
      return `The ${event.data.kind.replace('_', ' ')} is no longer that of the profile ${event.data.profileId}.`;
    case 'DeliveryRequested':
      return `A delivery to ${event.data.url} was requested, for the action ${event.data.actionId} (revision ${event.data.actionRevision}) and because of the trigger ${event.data.triggerId}${event.data.body === null ? '; its body could not be rendered' : `; its body has ${plural(Buffer.byteLength(event.data.body), 'byte')}`}.`;
    case 'DeliveryAttempted':
      return `Attempt ${event.data.attempt} was begun: POST to ${event.data.url}.`;
    case 'DeliverySucceeded':
      return `Attempt ${event.data.attempt} succeeded: the receiver answered ${event.data.statusCode} after ${event.data.durationMs} ms.`;
    case 'DeliveryAttemptFailed': {
      const { attempt, outcome } = event.data;
      return outcome.kind === 'answer'
        ? `Attempt ${attempt} failed: the receiver answered ${outcome.statusCode} after ${outcome.durationMs} ms${outcome.retryAfterMs === undefined ? '' : ` and asked to wait ${outcome.retryAfterMs / 1000} s`}.`
        : `Attempt ${attempt} failed (${codeOf(outcome)}): ${outcome.message}`;
    }
    case 'DeliveryRetried':
      return `Attempt ${event.data.attempt} was scheduled for ${event.data.dueAt}, because of ${event.data.reason}.`;
    case 'DeliveryFailed':
      return `The delivery failed for good after ${plural(event.data.attempts, 'attempt')}, last because of ${event.data.code}: ${event.data.reason === 'window_over' ? 'the next retry would come too late' : 'no retries are left'}.`;
    case 'DeliverySkipped':
      return `The delivery was skipped after ${plural(event.data.attempts, 'attempt')} (${event.data.reason}): ${event.data.renderError ?? event.data.message}`;
    case 'DeliveryResent':
      return `The delivery was sent again from the ${event.data.from} queue.`;
    case 'ApiKeyIssued': {
      const { name, scopes, issuerId, expiresAt } = event.data;
      const issuer = issuerId === undefined ? '' : ` in the name of the user ${issuerId}`;
      const end = expiresAt === undefined ? '' : `, until ${expiresAt}`;
      return `The API key '${name}' was issued${issuer} for ${scopes.join(', ')}${end}.`;
    }
    case 'ApiKeyUsed':
      return `The API key was in use at ${event.data.at}.`;
    case 'ApiKeyRevoked':
      return 'The API key was revoked.';
    case 'MemberInvited':
      return `${event.data.email} was invited as ${event.data.role}, until ${event.data.expiresAt}.`;
    case 'MemberJoined':
      return `${event.data.email} (the user ${event.data.userId}) joined as ${event.data.role}.`;
    case 'MemberRoleChanged':
      return `The role of the user ${event.data.userId} became ${event.data.role}.`;
    case 'MemberRemoved':
      return `The user ${event.data.userId} was removed from the members.`;
    case 'InvitationWithdrawn':
      return `The invitation of the user ${event.data.userId} was withdrawn.`;
    case 'UserRegistered':
      return `The user ${event.data.email} was registered.`;
    case 'UserPasswordSet':
      return 'A password was set.';
    case 'UserPasswordResetOffered':
      return `A link to set a password was made, good until ${event.data.expiresAt}.`;
    case 'UserTwoStepPrepared':
      return 'Two-step authentication was prepared; it is not on yet.';
    case 'UserTwoStepSwitchedOn':
      return `Two-step authentication was switched on, with ${plural(event.data.recoveryCodes.length, 'recovery code')}.`;
    case 'UserTwoStepSwitchedOff':
      return 'Two-step authentication was switched off.';
    case 'UserRecoveryCodeUsed':
      return 'A recovery code was used.';
    case 'UserRecoveryCodesRenewed':
      return `The recovery codes were replaced by ${plural(event.data.recoveryCodes.length, 'new one')}.`;
    case 'UserLogInFailed':
      return `A log-in failed: the ${event.data.reason} was wrong.`;
    case 'UserSessionStarted':
      return `The user logged in; the session ends at ${event.data.expiresAt} at the latest.`;
    case 'UserSessionRenewed':
      return "A session's token was exchanged.";
    case 'UserSessionEnded':
      return `A session ended (${event.data.reason}).`;
  }
}
