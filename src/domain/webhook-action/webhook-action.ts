import { checkFeedEvents, type FeedEventType } from '../feed/feed-events.js';
import { checkFeedScope, type FeedScope } from '../feed/feed-scope.js';
import type { Decider, DomainEvent } from '../kernel/decider.js';
import { locate, RuleViolation } from '../kernel/rule-violation.js';
import { parseEndpoint } from './endpoint.js';
import { checkHeaders, type RequestHeaders } from './request-headers.js';
import { checkSigningSecret } from './signing-secret.js';

/** One webhook action of a flow: where it posts, with which headers and body template, and whether it does at present. */
export const webhookActionStream = (actionId: string): string => `webhook-action-${actionId}`;

// Events. Names and fields are the storage format.

export type WebhookActionEvent =
  | DomainEvent<'WebhookActionConfigured', WebhookActionConfiguration & { flowId: string; revision: number }>
  | DomainEvent<'WebhookActionEndpointVerified', { url: string; detail: string }>
  | DomainEvent<'WebhookActionEndpointRejected', { url: string; reason: string }>
  | DomainEvent<'WebhookActionWentLive', { flowId: string }>
  | DomainEvent<'WebhookActionPaused', { flowId: string; status: PausedStatus }>
  | DomainEvent<
      'WebhookActionSuspended',
      {
        flowId: string;
        /** One sentence, for people. */
        reason: string;
        /** ISO 8601: the first failure after which nothing succeeded. */
        failingSince: string;
        /** Failed attempts since then. */
        failures: number;
      }
    >
  /** Nothing changes by it: people are to look. */
  | DomainEvent<
      'WebhookActionAlerted',
      {
        flowId: string;
        /** Deliveries that failed or were skipped within the window. */
        failures: number;
        windowMinutes: number;
        /** ISO 8601: the failure that was one too many. */
        at: string;
      }
    >
  | DomainEvent<'WebhookActionRemoved', { flowId: string }>
  | DomainEvent<
      'WebhookActionSigningSecretRotated',
      {
        keyId: string;
        /** As Standard Webhooks writes it, whsec_…; shown to nobody by the history. */
        secret: string;
        /** ISO 8601, as all times here. */
        rotatedAt: string;
        /** The secret before signs as well until then. */
        overlapUntil: string;
      }
    >;

/** Where an action posts, and what. */
export interface WebhookActionConfiguration {
  name: string;
  url: string;
  headers: RequestHeaders;
  /** The body's template, in Klaviyo's dialect. */
  body: string;
  /**
   * Of a subscription to the outbound feed alone: what it is told. Such an action belongs to no flow, so that its own id stands
   * where a flow's would, and its bodies are made ready-made.
   */
  feed?: readonly FeedEventType[];
  /** Of such a subscription: the flows and actions that it is told of; all unless given. */
  feedScope?: FeedScope;
}

/** Whether an action is a subscription to the outbound feed; also by what its and its deliveries' events say. */
export const isOfFeed = (actionId: string, flowId: string): boolean => actionId === flowId;

/** The words of Klaviyo's wire format for an action that sends nothing. */
export type PausedStatus = 'draft' | 'manual' | 'disabled';
export type WebhookActionStatus = 'none' | PausedStatus | 'live' | 'suspended' | 'removed';

// State

export interface WebhookActionState {
  status: WebhookActionStatus;
  flowId: string;
  configuration: WebhookActionConfiguration | undefined;
  /** Counts the configurations, from 1. A delivery names the one that its body was rendered from. */
  revision: number;
  /** The newest first, and behind it the one before. */
  signingSecrets: readonly SigningSecret[];
  /** What the last check of the present URL came to. */
  endpoint: EndpointState;
  /** Counts how often it was configured or went live: what failed before says nothing of how it goes since. */
  term: number;
  /** When people were told last that too much fails; epoch milliseconds. */
  alertedAt: number;
}

export interface SigningSecret {
  keyId: string;
  secret: string;
  /** It signs until then (ISO 8601); null where no other one followed. */
  until: string | null;
}

export interface EndpointState {
  status: 'unchecked' | 'verified' | 'rejected';
  url: string;
  /** What the check said, for people. */
  detail: string;
}

const initialState: WebhookActionState = {
  status: 'none',
  flowId: '',
  configuration: undefined,
  revision: 0,
  signingSecrets: [],
  endpoint: { status: 'unchecked', url: '', detail: '' },
  term: 0,
  alertedAt: Number.NEGATIVE_INFINITY,
};

function evolve(state: WebhookActionState, event: WebhookActionEvent): WebhookActionState {
  switch (event.type) {
    case 'WebhookActionConfigured': {
      const { flowId, revision, ...configuration } = event.data;
      const { url } = configuration;
      return {
        ...state,
        status: state.status === 'none' ? 'draft' : state.status,
        flowId,
        revision,
        configuration,
        term: state.term + 1,
        endpoint: state.endpoint.url === url ? state.endpoint : { status: 'unchecked', url, detail: '' },
      };
    }
    case 'WebhookActionWentLive':
      return { ...state, status: 'live', term: state.term + 1 };
    case 'WebhookActionPaused':
      return { ...state, status: event.data.status };
    case 'WebhookActionSuspended':
      return { ...state, status: 'suspended' };
    case 'WebhookActionAlerted':
      return { ...state, alertedAt: Date.parse(event.data.at) };
    case 'WebhookActionRemoved':
      return { ...state, status: 'removed' };
    case 'WebhookActionSigningSecretRotated':
      return { ...state, signingSecrets: rotated(state.signingSecrets, event.data) };
    case 'WebhookActionEndpointVerified':
      return checked(state, 'verified', event.data.url, event.data.detail);
    case 'WebhookActionEndpointRejected':
      return checked(state, 'rejected', event.data.url, event.data.reason);
  }
}

/** A check that was begun for another URL says nothing about the present one. */
function checked(
  state: WebhookActionState,
  status: 'verified' | 'rejected',
  url: string,
  detail: string,
): WebhookActionState {
  return state.endpoint.url === url ? { ...state, endpoint: { status, url, detail } } : state;
}

function rotated(
  [former]: readonly SigningSecret[],
  { keyId, secret, overlapUntil }: { keyId: string; secret: string; overlapUntil: string },
): readonly SigningSecret[] {
  const newest: SigningSecret = { keyId, secret, until: null };
  return former === undefined ? [newest] : [newest, { ...former, until: overlapUntil }];
}

/** The secrets that sign at this time, the newest first. */
export function secretsAt({ signingSecrets }: WebhookActionState, epochMs: number): readonly string[] {
  return signingSecrets.filter((secret) => signsAt(secret, epochMs)).map(({ secret }) => secret);
}

export const signsAt = ({ until }: SigningSecret, epochMs: number): boolean =>
  until === null || epochMs < Date.parse(until);

// Decisions

export type WebhookActionCommand =
  | { type: 'ConfigureWebhookAction'; flowId: string; configuration: WebhookActionConfiguration }
  | { type: 'RecordEndpointCheck'; url: string; verified: boolean; detail: string }
  | { type: 'SetWebhookActionLive' }
  | { type: 'PauseWebhookAction'; status: PausedStatus }
  | {
      type: 'SuspendWebhookAction';
      /** What the failures are of; of an earlier one, they say nothing. */
      term: number;
      /** ISO 8601. */
      failingSince: string;
      failures: number;
      /** Of the last failure: a status code, or an error. */
      code: string;
    }
  /** At most once within a window. */
  | { type: 'AlertWebhookAction'; failures: number; windowMinutes: number; at: string }
  | { type: 'RemoveWebhookAction' }
  | {
      type: 'RotateSigningSecret';
      keyId: string;
      secret: string;
      /** ISO 8601. */
      at: string;
      /** How long the secret before signs as well, in milliseconds. */
      overlapMs: number;
    };

/** Long enough for a receiver that is changed by hand; a secret that leaked should not sign for longer. */
const LONGEST_OVERLAP = 30 * 24 * 3_600_000;

/** The body template's bound, in UTF-16 units: a fifth of the largest request that the API takes. */
const MAX_BODY_TEMPLATE = 1_048_576;

function decide(command: WebhookActionCommand, state: WebhookActionState): WebhookActionEvent[] {
  if (command.type === 'ConfigureWebhookAction') return configure(command, state);
  if (state.status === 'none') {
    throw new RuleViolation('action_unknown', 'This webhook action does not exist.');
  }
  const { flowId } = state;
  if (command.type === 'RemoveWebhookAction') {
    return state.status === 'removed' ? [] : [{ type: 'WebhookActionRemoved', data: { flowId } }];
  }
  if (state.status === 'removed') {
    throw new RuleViolation('action_removed', 'This webhook action was removed; add a new one to the flow.');
  }
  switch (command.type) {
    case 'SetWebhookActionLive':
      if (state.endpoint.status === 'rejected') throw new RuleViolation('endpoint_rejected', state.endpoint.detail);
      return state.status === 'live' ? [] : [{ type: 'WebhookActionWentLive', data: { flowId } }];
    case 'PauseWebhookAction':
      return state.status === command.status
        ? []
        : [{ type: 'WebhookActionPaused', data: { flowId, status: command.status } }];
    case 'SuspendWebhookAction':
      return suspend(command, state);
    case 'AlertWebhookAction': {
      const { failures, windowMinutes, at } = command;
      if (Date.parse(at) < state.alertedAt + windowMinutes * 60_000) return [];
      return [{ type: 'WebhookActionAlerted', data: { flowId, failures, windowMinutes, at } }];
    }
    case 'RecordEndpointCheck':
      return [
        command.verified
          ? { type: 'WebhookActionEndpointVerified', data: { url: command.url, detail: command.detail } }
          : { type: 'WebhookActionEndpointRejected', data: { url: command.url, reason: command.detail } },
      ];
    case 'RotateSigningSecret':
      return rotate(command, state);
  }
}

function suspend(
  { term, failingSince, failures, code }: Extract<WebhookActionCommand, { type: 'SuspendWebhookAction' }>,
  { status, flowId, term: present }: WebhookActionState,
): WebhookActionEvent[] {
  if (status !== 'live' || term !== present) return [];
  const attempts = failures === 1 ? 'The one attempt' : `All ${failures} attempts`;
  const reason = `${attempts} since ${failingSince} failed, the last one with ${code}.`;
  return [{ type: 'WebhookActionSuspended', data: { flowId, reason, failingSince, failures } }];
}

function configure(
  { flowId, configuration }: Extract<WebhookActionCommand, { type: 'ConfigureWebhookAction' }>,
  state: WebhookActionState,
): WebhookActionEvent[] {
  if (state.status === 'removed') {
    throw new RuleViolation('action_removed', 'This webhook action was removed; add a new one to the flow.');
  }
  if (state.status !== 'none' && state.flowId !== flowId) {
    throw new RuleViolation('action_of_another_flow', 'This webhook action belongs to another flow.');
  }
  const url = locate('/url', () => parseEndpoint(configuration.url)).href;
  const headers = locate('/headers', () => checkHeaders(configuration.headers));
  if (configuration.body.length > MAX_BODY_TEMPLATE) {
    throw new RuleViolation('body_too_large', 'The body template is larger than 1 MiB; shorten it.', '/body');
  }
  const { feed, feedScope } = configuration;
  if (feed !== undefined) locate('/events', () => checkFeedEvents(feed));
  if (feedScope !== undefined) checkFeedScope(feedScope);
  const before = state.configuration;
  const unchanged =
    before !== undefined &&
    before.name === configuration.name &&
    before.url === url &&
    before.body === configuration.body &&
    JSON.stringify(before.headers) === JSON.stringify(headers) &&
    JSON.stringify(before.feed) === JSON.stringify(feed) &&
    JSON.stringify(before.feedScope) === JSON.stringify(feedScope);
  if (unchanged) return [];
  const data = {
    flowId,
    revision: state.revision + 1,
    name: configuration.name,
    url,
    headers,
    body: configuration.body,
    ...(feed === undefined ? {} : { feed }),
    ...(feedScope === undefined ? {} : { feedScope }),
  };
  return [{ type: 'WebhookActionConfigured', data }];
}

function rotate(
  { keyId, secret, at, overlapMs }: Extract<WebhookActionCommand, { type: 'RotateSigningSecret' }>,
  state: WebhookActionState,
): WebhookActionEvent[] {
  if (state.signingSecrets[0]?.keyId === keyId) return [];
  checkSigningSecret(secret);
  if (!(overlapMs >= 0 && overlapMs <= LONGEST_OVERLAP)) {
    throw new RuleViolation(
      'signing_overlap_invalid',
      'The secret before can sign as well for 0 to 30 days, and no longer; shorten the overlap.',
      '/overlapMs',
    );
  }
  const overlapUntil = new Date(Date.parse(at) + overlapMs).toISOString();
  return [{ type: 'WebhookActionSigningSecretRotated', data: { keyId, secret, rotatedAt: at, overlapUntil } }];
}

export const webhookAction: Decider<WebhookActionCommand, WebhookActionEvent, WebhookActionState> = {
  initialState,
  evolve,
  decide,
};
