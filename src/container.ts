import 'reflect-metadata';
import type { FastifyInstance } from 'fastify';
import { Container, type ServiceIdentifier } from 'inversify';
import type { Logger as PinoLogger } from 'pino';
import { AggregateStore } from './application/aggregate-store.js';
import { ApiKeyCommands } from './application/commands/api-keys.js';
import { AudienceCommands } from './application/commands/audiences.js';
import { DeliveryCommands } from './application/commands/deliveries.js';
import { EventCommands } from './application/commands/events.js';
import { FlowCommands } from './application/commands/flows.js';
import { ProfileCommands } from './application/commands/profiles.js';
import { DEFAULT_WORKER_LIMITS, DeliveryWorker } from './application/delivery/delivery-worker.js';
import type { Checkpoints } from './application/ports/checkpoints.js';
import type { Clock } from './application/ports/clock.js';
import type { DeliveryQueue } from './application/ports/delivery-queue.js';
import type { EventStore } from './application/ports/event-store.js';
import type { Ids } from './application/ports/ids.js';
import type { LiveActions } from './application/ports/live-actions.js';
import type { TemplateEngine } from './application/ports/template-engine.js';
import type { WebhookSender } from './application/ports/webhook-sender.js';
import { RetryProcess } from './application/process-managers/retry-process.js';
import { TriggerProcess } from './application/process-managers/trigger-deliveries.js';
import { DEFAULT_RETRY_POLICY } from './domain/delivery/retry-policy.js';
import { Engine } from './engine.js';
import type { Settings } from './settings.js';

const token = <T>(name: string): ServiceIdentifier<T> => Symbol.for(`hookledger.${name}`);

/** The ports, and what else has no class of its own to be asked for by. */
export const TOKENS = {
  Checkpoints: token<Checkpoints>('Checkpoints'),
  Clock: token<Clock>('Clock'),
  DeliveryQueue: token<DeliveryQueue>('DeliveryQueue'),
  EventStore: token<EventStore>('EventStore'),
  HttpServer: token<FastifyInstance>('HttpServer'),
  Ids: token<Ids>('Ids'),
  LiveActions: token<LiveActions>('LiveActions'),
  Logger: token<PinoLogger>('Logger'),
  Settings: token<Settings>('Settings'),
  TemplateEngine: token<TemplateEngine>('TemplateEngine'),
  WebhookSender: token<WebhookSender>('WebhookSender'),
};
