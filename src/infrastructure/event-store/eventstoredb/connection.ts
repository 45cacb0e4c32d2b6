import { CallCredentials, type CallOptions, Metadata } from '@grpc/grpc-js';
import { type BackOff, DEFAULT_BACK_OFF } from './back-off.js';
import { readConnectionString } from './connection-string.js';
import { discover, same } from './discovery.js';
import { type EndPoint, ServerFailure } from './failures.js';
import { type Streams, StreamsClient } from './generated.js';
import { Transport } from './transport.js';

/** One node of the cluster, and the calls it takes. */
export interface Node {
  readonly endpoint: EndPoint;
  readonly streams: Streams;
}

/**
 * The connection to the one node that is asked: the only one there is, or the leader. Connection string, discovery of the
 * cluster and the calls themselves are the client package's; its `Client` is not used (docs/decisions/0010 says why).
 */
export class Connection {
  /** Connects when it is first used. @throws EventStoreUnusable where the connection string or a file it names can't be read */
  static open(url: string, backOff: BackOff = DEFAULT_BACK_OFF): Connection {
    return new Connection(url, backOff);
  }

  /** The address for messages; without user and password. */
  readonly shown: string;
  /** What the connection string says of it. */
  readonly deadlineMs: number | undefined;
  readonly #options: ReturnType<typeof readConnectionString>['options'];
  readonly #transport: Transport;
  readonly #user: CallCredentials | undefined;
  #node: Promise<Node> | undefined;
  #current: Node | undefined;
  #closed = false;
  /** Where to go next, by what the last node said. */
  #leader: EndPoint | undefined;
  #failed: EndPoint | undefined;

  private constructor(url: string, backOff: BackOff) {
    const { shown, options } = readConnectionString(url);
    this.shown = shown;
    this.deadlineMs = options.defaultDeadline;
    this.#options = options;
    this.#transport = new Transport(options, shown, backOff);
    const { tls = true, defaultCredentials } = options;
    // A password is never sent where anybody could read it.
    if (tls && defaultCredentials !== undefined) {
      const { username, password } = defaultCredentials;
      const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
      this.#user = CallCredentials.createFromMetadataGenerator((_, answer) => {
        const metadata = new Metadata();
        metadata.set('authorization', authorization);
        answer(null, metadata);
      });
    }
  }

  /** The node to ask now, where there is a connection already. */
  get current(): Node | undefined {
    return this.#current;
  }

  /** The node to ask now. @throws ServerFailure where none of the cluster answers, or the connection was closed */
  node(): Promise<Node> {
    if (this.#node === undefined) {
      const connecting = this.#connect();
      this.#node = connecting;
      // Whoever asks next looks again.
      connecting.catch(() => {
        if (this.#node === connecting) this.#node = undefined;
      });
    }
    return this.#node;
  }

  /** Has the next call ask another node, where the failure is one of this node; what is under way on it may go on. */
  async leave(node: Node, { kind, leader }: ServerFailure): Promise<void> {
    if (kind !== 'not-leader' && kind !== 'unavailable') return;
    if (this.#isOnlyOne(node) && leader === undefined) return;
    if ((await this.#node?.catch(() => undefined)) !== node) return;
    this.#node = undefined;
    this.#current = undefined;
    this.#failed = node.endpoint;
    this.#leader = leader;
    node.streams.close();
  }

  callOptions(deadline?: number): CallOptions {
    return {
      ...(deadline === undefined ? {} : { deadline }),
      ...(this.#user === undefined ? {} : { credentials: this.#user }),
    };
  }

  /** @param leader whether only the leader's answer will do: another node may be behind */
  metadata(leader: boolean): Metadata {
    const metadata = new Metadata();
    metadata.set('connection-name', this.#options.connectionName ?? 'hookledger');
    if (leader) metadata.set('requires-leader', 'true');
    return metadata;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#current = undefined;
    const node = await this.#node?.catch(() => undefined);
    node?.streams.close();
  }

  async #connect(): Promise<Node> {
    const endpoint = await this.#endpoint();
    if (this.#closed) throw new ServerFailure('other', 'it was closed meanwhile');
    const node = { endpoint, streams: new StreamsClient(...this.#transport.to(endpoint)) };
    this.#current = node;
    return node;
  }

  async #endpoint(): Promise<EndPoint> {
    const leader = this.#leader;
    // Once: where it isn't there, those of the connection string are asked again.
    this.#leader = undefined;
    if (leader !== undefined) return leader;
    const { hosts, dnsDiscover } = this.#options;
    const [first] = hosts;
    if (first === undefined) throw new ServerFailure('other', 'the connection string names no host');
    if (!dnsDiscover && hosts.length === 1) return first;
    return discover(this.#options, this.#transport, this.#failed);
  }

  #isOnlyOne({ endpoint }: Node): boolean {
    const { hosts, dnsDiscover } = this.#options;
    return !dnsDiscover && hosts.length === 1 && same(hosts[0], endpoint);
  }
}
