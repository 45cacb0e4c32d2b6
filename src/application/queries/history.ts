import { codeOf } from '../../domain/delivery/outcome.js';
import type { HookledgerEvent } from '../../domain/events.js';
import { showHeaders } from '../sealing/header-values.js';
import type { Actor, EventStore, Position, RecordedEvent } from '../ports/event-store.js';
import type { Vault } from '../ports/vault.js';

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
  return events.filter(({ metadata }) => Date.parse(metadata.time) <= until).map((event) => entryOf(event, vault));
}

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

const describeActor = ({ kind, name }: Actor): string =>
  kind === 'engine' ? `the ${name}` : kind === 'cli' ? `${name} at the command line` : `the API key '${name}'`;

/** Header values are shown partially hashed; what else is secret is shown to nobody, and neither is the hash of a key. */
function withoutSecrets(event: HookledgerEvent, vault: Vault): object {
  if (event.type === 'WebhookActionConfigured') {
    return { ...event.data, headers: showHeaders(event.data.headers, vault) };
  }
  if (event.type === 'WebhookActionSigningSecretRotated') return { ...event.data, secret: '•••' };
  if (event.type === 'ApiKeyIssued') return { name: event.data.name, scopes: event.data.scopes };
  return event.data;
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

function sentenceOf(event: HookledgerEvent): string {
  switch (event.type) {
    case 'FlowCreated':
      return `The flow '${event.data.name}' was created, with ${plural(event.data.actions.length, 'action')}, for the ${event.data.trigger.type} ${event.data.trigger.id}.`;
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
    case 'WebhookActionRemoved':
      return 'The action was removed.';
    case 'WebhookActionSigningSecretRotated':
      return `The signing secret was rotated; the key is now ${event.data.keyId}, and one that was there before signs as well until ${event.data.overlapUntil}.`;
    case 'MetricCreated':
      return `The metric '${event.data.name}' became known.`;
    case 'ListCreated':
      return `The list '${event.data.name}' was created.`;
    case 'SegmentCreated':
      return `The segment '${event.data.name}' was created.`;
    case 'TriggerReceived':
      return `${event.data.kind === 'metric' ? `The event '${event.data.name}'` : `Joining the ${event.data.kind} '${event.data.name}'`} of the profile ${event.data.profileId} was received; it happened at ${event.data.occurredAt}${event.data.backfill ? ', and as a backfill starts no flow' : ''}.`;
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
    case 'ApiKeyIssued':
      return `The API key '${event.data.name}' was issued for ${event.data.scopes.join(', ')}.`;
    case 'ApiKeyRevoked':
      return 'The API key was revoked.';
  }
}
