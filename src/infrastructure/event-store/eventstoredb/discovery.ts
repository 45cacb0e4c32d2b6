import { determineBestNode, type MemberInfo } from '@eventstore/db-client/dist/Client/discovery.js';
import type { ConnectionOptions } from '@eventstore/db-client/dist/Client/parseConnectionString.js';
import { Metadata } from '@grpc/grpc-js';
import { type EndPoint, ServerFailure } from './failures.js';
import { Empty, GossipClient, type MemberMessage } from './generated.js';
import type { Transport } from './transport.js';

const GOSSIP_TIMEOUT_S = 5;

/**
 * Asks the nodes that the connection string names, one after the other, which node of the cluster to use: the leader, unless
 * it says otherwise.
 * @param failed the node that was left; it is asked last
 * @throws ServerFailure where none of them knows
 */
export async function discover(
  { hosts, nodePreference = 'leader', gossipTimeout = GOSSIP_TIMEOUT_S }: ConnectionOptions,
  transport: Transport,
  failed: EndPoint | undefined,
): Promise<EndPoint> {
  const order = hosts
    .map((host) => ({ host, last: same(host, failed), random: Math.random() }))
    .sort((one, other) => Number(one.last) - Number(other.last) || one.random - other.random);
  let why: unknown;
  for (const { host } of order) {
    try {
      const best = determineBestNode(nodePreference, await gossip(host, transport, gossipTimeout * 1_000));
      if (best !== undefined) return best;
    } catch (error) {
      why = error;
    }
  }
  throw new ServerFailure('unavailable', 'no node of the cluster answers', undefined, { cause: why });
}

export const same = (one: EndPoint | undefined, other: EndPoint | undefined): boolean =>
  one?.address === other?.address && one?.port === other?.port;

function gossip(host: EndPoint, transport: Transport, timeoutMs: number): Promise<MemberInfo[]> {
  const client = new GossipClient(...transport.to(host));
  return new Promise((resolve, reject) => {
    client.read(new Empty(), new Metadata(), { deadline: Date.now() + timeoutMs }, (error, info) => {
      client.close();
      if (error !== null) return reject(error);
      resolve(info.getMembersList().map(member));
    });
  });
}

function member(told: MemberMessage): MemberInfo {
  const endPoint = told.getHttpEndPoint();
  return {
    timeStamp: Number(told.getTimeStamp()),
    // The same numbers, by two names.
    state: told.getState() as number as MemberInfo['state'],
    isAlive: told.getIsAlive(),
    ...(endPoint === undefined ? {} : { httpEndpoint: { address: endPoint.getAddress(), port: endPoint.getPort() } }),
  };
}
