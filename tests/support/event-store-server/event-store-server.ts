import { setTimeout as pause } from 'node:timers/promises';
import { type handleUnaryCall, type Metadata, Server, ServerCredentials, type ServiceError } from '@grpc/grpc-js';
import type { ServerCertificate } from '../certificate-authority.js';
import { EventLog } from './event-log.js';
import { accessDenied, Faults, unauthenticated } from './faults.js';
import {
  ClusterInfo,
  EndPoint,
  GossipService,
  MemberInfo,
  ServerFeaturesService,
  StreamsService,
  SupportedMethod,
  SupportedMethods,
  shared,
} from './generated.js';
import { type Host, streamsDefinition, streamsImplementation } from './streams-service.js';

export interface EventStoreServerOptions {
  /** 0, unless given: any that is free. */
  port?: number;
  /** The data, which may be another server's of the same cluster. */
  log?: EventLog;
  /** With it, TLS alone is spoken. */
  certificate?: ServerCertificate;
  /** Names and passwords; without them everybody may do everything. */
  users?: Readonly<Record<string, string>>;
  /** The server's default is 1 MiB. */
  maxAppendSize?: number;
  /** Servers before 21.10 have none. */
  batchAppend?: boolean;
}

/**
 * A server that speaks EventStoreDB's gRPC, by the client package's own definitions, with its data in memory. It keeps the
 * server's rules (event-log.ts), so the adapter is tested over the wire; and it can be made to fail in any way.
 */
export class EventStoreServer implements Host {
  static async start(options: EventStoreServerOptions = {}): Promise<EventStoreServer> {
    const server = new EventStoreServer(options);
    await server.start();
    return server;
  }

  readonly faults = new Faults();
  readonly log: EventLog;
  readonly maxAppendSize: number;
  readonly batchAppend: boolean;
  /** The cluster's leader; this one, unless told otherwise. */
  leader: { address: string; port: number } = { address: '127.0.0.1', port: 0 };
  /** All nodes that gossip tells of; this one, unless told otherwise. */
  members: readonly EventStoreServer[] = [this];
  /** The position after which each subscription so far began; -1 for all. */
  readonly subscribedAfter: number[] = [];
  /** How many events subscribers were sent. */
  sent = 0;
  #port: number;
  #server: Server | undefined;

  private constructor(private readonly options: EventStoreServerOptions) {
    this.log = options.log ?? new EventLog();
    this.maxAppendSize = options.maxAppendSize ?? 1_048_576;
    this.batchAppend = options.batchAppend ?? true;
    this.#port = options.port ?? 0;
  }

  get port(): number {
    return this.#port;
  }

  get isLeader(): boolean {
    return this.leader.port === this.#port;
  }

  /** Without TLS, and with no user. */
  get url(): string {
    return `esdb://127.0.0.1:${this.#port}?tls=false`;
  }

  /** Also again after {@link stop}: on the same port, with the same data. */
  async start(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = new Server({ 'grpc.max_receive_message_length': 17 * 1024 * 1024 });
    server.addService(streamsDefinition, streamsImplementation(this));
    server.addService(ServerFeaturesService, { getSupportedMethods: this.#features });
    server.addService(GossipService, { read: this.#gossip });
    for (let tries = 0; ; tries++) {
      try {
        this.#port = await this.#bind(server);
        break;
      } catch (error) {
        // Its own port from before takes a moment to be free.
        if (tries > 200) throw error;
        await pause(5);
      }
    }
    if (this.leader.port === 0) this.leader = { address: '127.0.0.1', port: this.#port };
    this.#server = server;
  }

  /** Ends all connections in the middle of whatever they do; the data stay. */
  async stop(): Promise<void> {
    this.#server?.forceShutdown();
    this.#server = undefined;
    this.log.forgetIds();
  }

  /** Ends all connections, and takes new ones at once. */
  async dropConnections(): Promise<void> {
    this.#server?.forceShutdown();
    this.#server = undefined;
    await this.start();
  }

  refusal(metadata: Metadata): ServiceError | undefined {
    const { users } = this.options;
    if (users === undefined) return undefined;
    const [authorization] = metadata.get('authorization');
    if (authorization === undefined) return accessDenied();
    const said = Buffer.from(authorization.toString().replace('Basic ', ''), 'base64').toString();
    const name = said.slice(0, said.indexOf(':'));
    const password = said.slice(name.length + 1);
    return Object.hasOwn(users, name) && users[name] === password ? undefined : unauthenticated();
  }

  #bind(server: Server): Promise<number> {
    const { certificate } = this.options;
    const credentials =
      certificate === undefined
        ? ServerCredentials.createInsecure()
        : ServerCredentials.createSsl(null, [
            { cert_chain: Buffer.from(certificate.cert), private_key: Buffer.from(certificate.key) },
          ]);
    return new Promise((resolve, reject) => {
      server.bindAsync(`127.0.0.1:${this.#port}`, credentials, (error, port) => {
        if (error === null) resolve(port);
        else reject(error);
      });
    });
  }

  readonly #features: handleUnaryCall<unknown, InstanceType<typeof SupportedMethods>> = (_, answer) => {
    const methods = Object.values(StreamsService)
      .filter(({ path }) => this.batchAppend || !path.endsWith('/BatchAppend'))
      .map(({ path }: { path: string }) => {
        const [, service = '', method = ''] = path.toLowerCase().split('/');
        return new SupportedMethod().setServiceName(service).setMethodName(method);
      });
    answer(null, new SupportedMethods().setEventStoreServerVersion('24.10.0').setMethodsList(methods));
  };

  readonly #gossip: handleUnaryCall<unknown, InstanceType<typeof ClusterInfo>> = (_, answer) => {
    const { LEADER, FOLLOWER } = MemberInfo.VNodeState;
    const members = this.members.map(({ port }) =>
      new MemberInfo()
        .setInstanceId(new shared.UUID().setString('00000000-0000-4000-8000-000000000000'))
        .setTimeStamp(String(Date.now()))
        .setState(this.leader.port === port ? LEADER : FOLLOWER)
        .setIsAlive(true)
        .setHttpEndPoint(new EndPoint().setAddress('127.0.0.1').setPort(port)),
    );
    answer(null, new ClusterInfo().setMembersList(members));
  };
}
